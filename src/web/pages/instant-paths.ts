/** Addresses of disks and of what is inside: positions, never names, because names of files may be patient data. */

export const instantPath = (generationId: string, at: readonly number[] = []): string =>
  `/generations/${generationId}/instant${at.length > 0 ? `?at=${at.join('.')}` : ''}`

export function insidePath(
  view: { readonly generationId: string; readonly image: readonly number[] },
  part?: string,
  at: readonly number[] = [],
  what: 'files' | 'file' = 'files',
): string {
  const query = [`image=${view.image.join('.')}`, part && `part=${part}`, at.length > 0 && `at=${at.join('.')}`]
  return `/generations/${view.generationId}/instant/${what}?${query.filter(Boolean).join('&')}`
}
