/** Family and given names with their reading. Any likeness of a combination to a living person is chance. */

export interface Name {
  readonly kanji: string
  readonly kana: string
}

const list = (text: string): readonly Name[] =>
  text.split(' ').map((pair) => {
    const [kanji = '', kana = ''] = pair.split('/')
    return { kanji, kana }
  })

export const FAMILY_NAMES = list(
  '青山/アオヤマ 赤城/アカギ 秋津/アキツ 朝霧/アサギリ 芦原/アシハラ 天城/アマギ 泉/イズミ 磯部/イソベ 稲村/イナムラ 岩清水/イワシミズ ' +
    '梅園/ウメゾノ 江波/エナミ 大空/オオゾラ 岡野/オカノ 荻原/オギワラ 小野寺/オノデラ 風早/カザハヤ 霞/カスミ 桂/カツラ 金森/カナモリ ' +
    '川辺/カワベ 岸本/キシモト 北原/キタハラ 桐島/キリシマ 草野/クサノ 楠/クスノキ 黒川/クロカワ 小春/コハル 五月女/サオトメ 桜井/サクライ ' +
    '笹野/ササノ 沢渡/サワタリ 塩谷/シオヤ 柴崎/シバサキ 島津/シマヅ 白石/シライシ 杉浦/スギウラ 鈴代/スズシロ 瀬戸/セト 園田/ソノダ ' +
    '高瀬/タカセ 滝沢/タキザワ 竹内/タケウチ 立花/タチバナ 千鳥/チドリ 月岡/ツキオカ 椿/ツバキ 遠野/トオノ 冨永/トミナガ 豊島/トヨシマ ' +
    '中洲/ナカス 夏目/ナツメ 西園/ニシゾノ 野々宮/ノノミヤ 萩原/ハギワラ 花村/ハナムラ 早瀬/ハヤセ 東野/ヒガシノ 日向/ヒュウガ 藤代/フジシロ ' +
    '星野/ホシノ 牧野/マキノ 松風/マツカゼ 水沢/ミズサワ 緑川/ミドリカワ 宮城/ミヤギ 森下/モリシタ 柳/ヤナギ 雪村/ユキムラ 若宮/ワカミヤ ' +
    '渡邊/ワタナベ 渡辺/ワタナベ 渡邉/ワタナベ 斎藤/サイトウ 齋藤/サイトウ 斉藤/サイトウ 高橋/タカハシ 吉田/ヨシダ 山崎/ヤマザキ 佐藤/サトウ',
)

export const MALE_NAMES = list(
  '明/アキラ 和夫/カズオ 清/キヨシ 健太/ケンタ 耕平/コウヘイ 聡/サトシ 茂/シゲル 翔/ショウ 進/ススム 大輔/ダイスケ 拓海/タクミ 正/タダシ ' +
    '忠雄/タダオ 哲也/テツヤ 徹/トオル 直樹/ナオキ 昇/ノボル 浩/ヒロシ 博之/ヒロユキ 誠/マコト 優斗/ユウト 豊/ユタカ 良太/リョウタ 蓮/レン',
)

export const FEMALE_NAMES = list(
  '葵/アオイ 明美/アケミ 綾/アヤ 栄子/エイコ 恵美/エミ 香織/カオリ 和子/カズコ 久美子/クミコ 桜/サクラ 幸子/サチコ 志乃/シノ 節子/セツコ ' +
    '千代/チヨ 奈々/ナナ 花/ハナ 春香/ハルカ 久子/ヒサコ 文/フミ 真理/マリ 美咲/ミサキ 美代子/ミヨコ 結衣/ユイ 由紀/ユキ 良子/ヨシコ',
)

const FULL =
  'ァアィイゥウェエォオカキクケコサシスセソタチッツテトナニヌネノハヒフヘホマミムメモャヤュユョヨラリルレロワヲンー'
const HALF = 'ｧｱｨｲｩｳｪｴｫｵｶｷｸｹｺｻｼｽｾｿﾀﾁｯﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓｬﾔｭﾕｮﾖﾗﾘﾙﾚﾛﾜｦﾝｰ'
const MARKS: Readonly<Record<string, string>> = { '\u3099': 'ﾞ', '\u309a': 'ﾟ' }

/** カタカナ to half-width: voiced marks become characters of their own. */
export function halfWidthKana(kana: string): string {
  return Array.from(kana.normalize('NFD'), (c) => HALF[FULL.indexOf(c)] ?? MARKS[c] ?? c).join('')
}

export function hiragana(kana: string): string {
  return kana.replace(/[ァ-ヶ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60))
}
