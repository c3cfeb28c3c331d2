/** Bytes as people read them: 1.2 GiB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** Seconds as h:mm:ss. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

/** An instant as people read it in the institution's time (Asia/Tokyo). */
export function formatInstant(timeMs: number): string {
  return new Date(timeMs + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

/** Bytes as characters back to text; what is no UTF-8 shows as replacement characters, controls as `\\x1b`. */
export function printableBytes(bytes: string): string {
  return printable(Buffer.from(bytes, 'latin1').toString('utf8'))
}

/** Names out of a repository may carry what a terminal obeys (escapes, line ends, direction marks): shown, not sent. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0)!
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}
