/** A QR code as one SVG path. Beside it the same stands in words: a reader of screens and a blunt printer need no code. */
import newCode from 'qrcode-generator'

/** White modules around the code that readers need (ISO/IEC 18004). */
const QUIET = 4

export function QrCode(props: { text: string; label: string }) {
  const { size, path } = qrPath(props.text)
  const side = size + 2 * QUIET
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={props.label} shape-rendering="crispEdges">
      <rect width={side} height={side} fill="#fff" />
      <path d={path} transform={`translate(${QUIET} ${QUIET})`} fill="#000" />
    </svg>
  )
}

function qrPath(text: string): { size: number; path: string } {
  const code = newCode(0, 'M')
  code.addData(text, 'Byte')
  code.make()
  const size = code.getModuleCount()
  let path = ''
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) if (code.isDark(row, column)) path += `M${column} ${row}h1v1h-1z`
  return { size, path }
}
