import assert from 'node:assert/strict'
import { test } from 'node:test'
import jsQr from 'jsqr'
import { QrCode } from './qr.tsx'

// oxlint-disable-next-line typescript/no-base-to-string -- Hono's elements are turned into text so
const drawn = (element: unknown): string => String(element)

/** Draws the SVG's modules as a picture, four dots each, and lets another program read it. */
function read(svg: string): string | undefined {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)![1])
  const scale = 4
  const width = side * scale
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  for (const [, x, y] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let dy = 0; dy < scale; dy++)
      for (let dx = 0; dx < scale; dx++) {
        const at = (((Number(y) + 4) * scale + dy) * width + (Number(x) + 4) * scale + dx) * 4
        pixels.fill(0, at, at + 3)
      }
  return jsQr(pixels, width, width)?.data
}

test('another program reads what we draw: seventeen words, and a long list of places', () => {
  const words = Array.from({ length: 17 }, (_, i) => ['abandon', 'zebra', 'mountain'][i % 3]).join(' ')
  assert.equal(read(drawn(<QrCode text={words} label="words" />)), words)
  const long = 'ledger keeper.example/1234+0a1b2c3d+AbCdEfGh\n'.repeat(14)
  assert.equal(read(drawn(<QrCode text={long} label="list" />)), long)
})
