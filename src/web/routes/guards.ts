import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import type { Capability } from '../ports.ts'

/** Refuses those whose role does not allow it, before anything is read. */
export function needs(capability: Capability): MiddlewareHandler<WebEnv> {
  return async (c, next) => (c.get('viewer')?.can.has(capability) ? next() : refuse(c, 403, 'denied'))
}
