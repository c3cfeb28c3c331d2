import { hostname, userInfo } from 'node:os'

/** Who this process is to others that use the same repository: what restic's lock files say of their holder. */
export function processHost() {
  const { username, uid, gid } = userInfo()
  return {
    hostname: hostname(),
    username,
    pid: process.pid,
    ...(uid >= 0 ? { uid, gid } : {}),
    isProcessAlive(pid: number): boolean {
      try {
        process.kill(pid, 0)
        return true
      } catch (error) {
        // EPERM: there, but another's.
        return (error as NodeJS.ErrnoException).code === 'EPERM'
      }
    },
  }
}
