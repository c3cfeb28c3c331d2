// Plain JavaScript, because TypeScript does not know source-phase imports yet. They need no disk access of ours and no warning.
import source kernelModule from './kernel.wasm'

export { kernelModule }
