/** index.html of an edition: one file, everything inside it, the same for all editions of this version of the program. */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { styleSheet } from '../http/assets.ts'
import { ja } from '../messages/ja.ts'

let made: Promise<string> | undefined

/** Bundled once per process: one classic script for Chromium 90, because file:// takes no modules. */
export function readerPage(): Promise<string> {
  made ??= makePage()
  return made
}

async function makePage(): Promise<string> {
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'chrome90',
    charset: 'utf8',
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
  })
  return pageOf(result.outputFiles[0]!.text, styleSheet())
}

/** What only this page has. */
const OWN_STYLES = `
#results > * + *, #verify > * + * { margin-top: var(--gap); }
.document-picture { max-width: 100%; }
.document-frame { width: 100%; height: 80vh; border: 1px solid var(--line); }
`

/** Text inside `<script>` and `<style>` ends at their end tag, wherever it stands. */
const inside = (text: string) => text.replace(/<(?=\/(?:script|style)|!--)/gi, '\\x3c')

function pageOf(code: string, styles: string): string {
  const script = inside(`\n${code}`)
  const style = `\n${styles}\n${OWN_STYLES}`
  const t = ja.editionReader
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hashOf(script)}'`,
    `style-src 'sha256-${hashOf(style)}'`,
    "frame-src 'self' file: blob:",
    'object-src blob:',
    'img-src blob: data:',
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${t.title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="app"><main><p>${t.tooOld}</p><noscript><p>${t.noScript}</p></noscript></main></div>
<script>${script}</script>
</body>
</html>
`
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64')
