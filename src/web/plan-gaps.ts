/** What a version of the plan leaves undecided, in words: for the page of the approval and for the version itself. */
import type { Gap, Section } from '#bcp'
import type { Messages } from './messages/index.ts'

/** `1.4 見直し` */
export const planSectionTitle = ({ bcp }: Messages, { code, number }: Section): string =>
  `${number} ${bcp.section[code as keyof typeof bcp.section]}`

export function gapWords(t: Messages, gap: Gap): { readonly name: string; readonly why: string } {
  switch (gap.what) {
    case 'section':
      return { name: planSectionTitle(t, gap.section), why: t.bcp.openOf(String(gap.questions)) }
    case 'order':
      return { name: t.bcp.order[gap.order], why: t.bcp.notOrdered }
    case 'live':
      return { name: t.bcp.live[gap.live], why: t.bcp.empty }
  }
}
