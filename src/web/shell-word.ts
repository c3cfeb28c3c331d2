/** Commands that are shown to be copied: a value from outside stands as one word of the shell, whatever is in it. */

/** POSIX: within single quotes everything stands for itself. */
export const shellWord = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
