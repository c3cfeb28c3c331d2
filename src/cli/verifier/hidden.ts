import type { CliIo } from '../io.ts'

/** One line typed at the terminal without being shown; undefined where there is no terminal or it was given up. */
export function readHidden({ stdin, stderr }: CliIo, prompt: string): Promise<string | undefined> {
  if (stdin?.isTTY !== true) return Promise.resolve(undefined)
  stderr.write(prompt)
  stdin.setRawMode(true)
  return new Promise((resolve) => {
    let typed = ''
    const end = (line: string | undefined): void => {
      stdin.off('data', take)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      resolve(line)
    }
    const take = (bytes: Buffer): void => {
      for (const character of bytes.toString()) {
        if (character === '\r' || character === '\n') return end(typed)
        // Ctrl-C and Ctrl-D: the terminal sends no signal while it is raw.
        if (character === '\u0003' || character === '\u0004') return end(undefined)
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character
      }
    }
    stdin.on('data', take)
    stdin.resume()
  })
}
