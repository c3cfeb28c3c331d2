/** What debugfs and ntfsls print of one folder. Lines of another form are of a hostile or broken disk: left out. */

export interface InsideEntry {
  readonly name: string
  readonly kind: 'folder' | 'file' | 'other'
  readonly sizeBytes: number
  /** How the file system itself numbers it. */
  readonly inode: number
}

/** `debugfs -R 'ls -p <n>'`: `/inode/mode/uid/gid/name/size/`, mode in octal, no size for folders. */
export function ext4Entries(text: string): InsideEntry[] {
  return entries(text, /^\/(\d+)\/(\d{6})\/\d+\/\d+\/(.*)\/(\d*)\/$/, ([, inode, mode, name, size]) => {
    const type = mode!.slice(0, 2)
    const kind = type === '04' ? 'folder' : type === '10' ? 'file' : 'other'
    return { name: name!, kind, sizeBytes: Number(size), inode: Number(inode) }
  })
}

/** `ntfsls -l -i -F`: inode, size, date, name with a slash behind folders. */
export function ntfsEntries(text: string): InsideEntry[] {
  return entries(text, /^ *(\d+) +(\d+) \w{3} [ \d]\d \d\d:\d\d -?\d+ (.*)$/, ([, inode, size, shown]) => {
    const isFolder = shown!.endsWith('/')
    const name = isFolder ? shown!.slice(0, -1) : shown!
    return { name, kind: isFolder ? 'folder' : 'file', sizeBytes: Number(size), inode: Number(inode) }
  })
}

function entries(text: string, form: RegExp, read: (found: RegExpExecArray) => InsideEntry): InsideEntry[] {
  return text.split('\n').flatMap((line) => {
    const found = form.exec(line)
    const entry = found && read(found)
    return !entry || entry.name === '' || entry.name === '.' || entry.name === '..' || entry.inode === 0 ? [] : [entry]
  })
}
