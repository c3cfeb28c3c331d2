/** The console's way in: a socket in the Keeper's folder. No network reaches it; its mode lets its owner in alone. */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { AppError, codeOf, inTurns } from '#base'
import { bodyText, json, send } from '../http/request.ts'
import type { House } from '../house.ts'
import { type Command, commandSchema, type Outcome, runCommand } from './commands.ts'

const MOST_BYTES = 64 << 10
const socketPath = (root: string): string => join(root, 'console.sock')

export async function openConsole(house: House, onError: (error: unknown) => void): Promise<() => Promise<void>> {
  // The ledger's lock says that no other process runs this Keeper: what lies here is a dead one's.
  const { root } = house.parts
  rmSync(socketPath(root), { force: true })
  // One after the other: a one-time password counts once.
  const inTurn = inTurns()
  const server = createServer((asked, response) => {
    const outcome = inTurn(async (): Promise<Outcome> => {
      const command = commandSchema.safeParse(JSON.parse(await bodyText(asked, MOST_BYTES)))
      return command.success ? runCommand(house, command.data) : { ok: false, why: 'not-possible' }
    })
    outcome.then(
      (value) => send(response, json(value)),
      (error: unknown) => {
        onError(error)
        send(response, { status: 500 })
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath(root), resolve)
  })
  chmodSync(socketPath(root), 0o600)
  return () => new Promise((resolve) => server.close(() => resolve()))
}

/** Asks the running Keeper. @throws KEEPER_NOT_RUNNING */
export async function askConsole(root: string, command: Command): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: socketPath(root), method: 'POST', path: '/' }, (answer) => {
      if (answer.statusCode === 200) resolve(bodyText(answer, 16 << 20).then((text) => JSON.parse(text) as Outcome))
      else reject(new AppError('KEEPER_NOT_RUNNING', { detail: `status ${answer.statusCode}` }))
    })
    asking.once('error', (error) => {
      const gone = ['ENOENT', 'ECONNREFUSED', 'EACCES'].includes(String(codeOf(error)))
      reject(gone ? new AppError('KEEPER_NOT_RUNNING', { cause: error }) : error)
    })
    asking.end(JSON.stringify(command))
  })
}
