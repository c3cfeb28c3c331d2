/**
 * Shapes of foreign resources, as far as Toride reads them: which elements must be lists, objects, texts or numbers, all the
 * way down. What has another shape is taken out and named, so that one careless sender cannot break a chart.
 */
import { DATATYPE_SHAPES, type ElementShape, OTHER_RESOURCES, RESOURCE_SHAPES, type Shape } from './type-shapes.ts'

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Extensions in extensions are real, some levels of them. */
const MOST_DEPTH = 20

/**
 * Takes out of a resource what has another shape than R4 gives it. `dropped`: `name`, `code.coding[0].system`. Contained
 * resources are resources of their own: the caller looks at each.
 */
export function dropMisshapen(resource: JsonObject): { resource: JsonObject; dropped: string[] } {
  const type = String(resource['resourceType'])
  const dropped: string[] = []
  const kept = objectOf(resource, RESOURCE_SHAPES.get(type) ?? OTHER_RESOURCES, { at: '', depth: 0, dropped })
  return { resource: kept ?? {}, dropped }
}

interface Place {
  readonly at: string
  readonly depth: number
  readonly dropped: string[]
}

/** Undefined where something is missing without which the rest says nothing. */
function objectOf(value: JsonObject, shape: Shape, place: Place): JsonObject | undefined {
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const element = shape.get(name)
    if (!element) return [[name, inner]]
    const at = place.at === '' ? name : `${place.at}.${name}`
    const kept = element.isList ? listOf(inner, element, { ...place, at }) : oneOf(inner, element, { ...place, at })
    return kept === undefined ? [] : [[name, kept]]
  })
  const kept = Object.fromEntries(entries)
  for (const [name, { isNeeded }] of shape) if (isNeeded && kept[name] === undefined) return undefined
  return kept
}

function listOf(value: unknown, element: ElementShape, place: Place): unknown[] | undefined {
  if (!Array.isArray(value)) return drop(place)
  return (value as unknown[]).flatMap((item, i) => {
    const kept = oneOf(item, element, { ...place, at: `${place.at}[${i}]` })
    return kept === undefined ? [] : [kept]
  })
}

function oneOf(value: unknown, { type }: ElementShape, place: Place): unknown {
  if (type === 's') return typeof value === 'string' ? value : drop(place)
  if (type === 'n') return typeof value === 'number' && Number.isFinite(value) ? value : drop(place)
  if (type === 'b') return typeof value === 'boolean' ? value : drop(place)
  if (!isObject(value) || place.depth > MOST_DEPTH) return drop(place)
  const shape = DATATYPE_SHAPES.get(type)
  const kept = shape ? objectOf(value, shape, { ...place, depth: place.depth + 1 }) : value
  return kept ?? drop(place)
}

function drop({ at, dropped }: Place): undefined {
  dropped.push(at)
  return undefined
}
