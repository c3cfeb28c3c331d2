export { endThread, loadAddon } from './thread-end.ts'
