import { readFileSync } from 'node:fs'

/**
 * Names of user and group ids from /etc/passwd and /etc/group, read once per process. Accounts of a directory service
 * (SSSD, winbind) are not found there and have no name; the numbers are what a restore uses.
 */
let users: Map<number, string> | undefined
let groups: Map<number, string> | undefined

export function userName(uid: number): string {
  users ??= readNames('/etc/passwd')
  return users.get(uid) ?? ''
}

export function groupName(gid: number): string {
  groups ??= readNames('/etc/group')
  return groups.get(gid) ?? ''
}

function readNames(file: string): Map<number, string> {
  const names = new Map<number, string>()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return names // no such file on Windows: ids have no names there
  }
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':')
    if (name && id && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}
