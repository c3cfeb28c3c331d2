/** What Chromium 90 lacks of what the shared code uses; the bundler lowers syntax alone. Imported first. */
function last<T>(this: readonly T[], index: number): T | undefined {
  return this[index < 0 ? this.length + index : index]
}
function sorted<T>(this: readonly T[], compare?: (a: T, b: T) => number): T[] {
  return [...this].sort(compare)
}
function reversed<T>(this: readonly T[]): T[] {
  return [...this].reverse()
}
function findLast<T>(this: readonly T[], isIt: (value: T, index: number) => boolean): T | undefined {
  for (let i = this.length - 1; i >= 0; i--) if (isIt(this[i]!, i)) return this[i]
  return undefined
}
const define = (on: object, name: string, value: unknown) =>
  name in on ? undefined : Object.defineProperty(on, name, { value, configurable: true, writable: true })

define(Array.prototype, 'at', last)
define(String.prototype, 'at', function at(this: string, index: number) {
  return this[index < 0 ? this.length + index : index]
})
define(Array.prototype, 'toSorted', sorted)
define(Array.prototype, 'toReversed', reversed)
define(Array.prototype, 'findLast', findLast)
define(Object, 'hasOwn', (on: object, name: string) => Object.prototype.hasOwnProperty.call(on, name))
