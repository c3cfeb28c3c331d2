/** Names that ransomware leaves, as public reports have them. An unknown crew is found by the other signs. */

const NOTES =
  /^(?:.*[-_ ])?(?:how[-_ ]?to[-_ ]?(?:decrypt|recover|restore|back)|readme[-_ ]?(?:for[-_ ])?(?:decrypt|restore|recover)|restore[-_ ]?(?:my[-_ ])?files|recover(?:y)?[-_ ](?:files|instructions)|decrypt[-_ ]?(?:files|instructions|info)|your[-_ ]files|!+.*(?:readme|restore|recover|decrypt).*|ransom[-_ ]?note).*\.(?:txt|html?|hta|rtf|png|bmp)$/i

const ENDINGS = new Set(
  (
    'lockbit abcd 2023lock phobos eking eight 8base elbie dharma locked lock encrypted encrypt enc crypt crypted crypto ' +
    'akira blackcat royal play conti ryuk makop mkp medusa bianlian rhysida hive babuk clop cuba snatch wncry wcry cerber ' +
    'locky zepto ransom crypz rapid basta qilin inc ransomhub'
  ).split(' '),
)

/** Whether a file's name is that of a ransom note. */
export const isNoteName = (name: string): boolean => NOTES.test(name)

/** The ending that a name got behind its own (`chart.pdf.lockbit` → `lockbit`), or that is known from attacks. */
export const isKnownEnding = (ending: string): boolean => ENDINGS.has(ending.toLowerCase())

/** What stands behind the last dot; '' without one. */
export function endingOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot + 1)
}
