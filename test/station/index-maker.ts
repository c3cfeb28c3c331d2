/** Makes an emergency PC's index as the program does after the card. Arguments: folder, package file, copies, card. */
import { readFileSync } from 'node:fs'
import { systemClock as clock } from '#base'
import { Station } from '#station'
import { NURSE } from './scene.ts'

const [folder = '', packageFile = '', copies = '', words = ''] = process.argv.slice(2)
const station = await Station.open({ folder, clock, version: '0.0.1', onError: console.error })
station.takePackage(readFileSync(packageFile, 'utf8'))
station.takeOrigin({ kind: 'folder', folder: copies })
await station.openWith(words, NURSE)
await station.refresh()
await station.close()
