/** The custom elements of islands/, so that JSX knows them. */
import 'hono/jsx'

declare module 'hono/jsx' {
  // eslint-style namespaces are the only way to extend JSX's table of elements.
  namespace JSX {
    interface IntrinsicElements {
      'print-button': { hidden?: boolean; children?: unknown }
      'job-progress': { src: string; stay?: boolean; children?: unknown; class?: string }
      'scan-input': { children?: unknown }
      'idle-guard': { minutes: string; href: string }
    }
  }
}
