/** One resource on one line, its numbers as the server wrote them: `5.0` stays `5.0`. */
import { wrong } from './wrong.ts'

export type Json = Record<string, unknown>

/** JSON with numbers that keep their digits through {@link lineOf}. @throws FHIR_SERVER_ANSWER_WRONG */
export function parseKeeping(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits)
  } catch {
    // A line that was cut may come whole the next time.
    throw wrong('json', 'temporary')
  }
}

const rawJson = (JSON as unknown as { rawJSON(this: void, text: string): unknown }).rawJSON

function keepDigits(this: unknown, _name: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && source !== String(value) ? rawJson(source) : value
}

export const lineOf = (resource: unknown): string => JSON.stringify(resource)

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function isResource(value: unknown): value is Json & { resourceType: string } {
  return isObject(value) && typeof value['resourceType'] === 'string'
}

/** The objects of a list that nobody promised; what is none of either is left out. */
export const objectsIn = (value: unknown): Json[] => (Array.isArray(value) ? (value as unknown[]).filter(isObject) : [])

/** A line that holds a resource; anything else of a server's is kept as it came and named as a bad record. */
export function isResourceLine(line: string): boolean {
  try {
    return isResource(JSON.parse(line))
  } catch {
    return false
  }
}
