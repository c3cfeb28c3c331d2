/**
 * Variant kanji of personal names, folded to one form for searching only: what is shown stays as written. Each group folds
 * to its first character. Drawn from the old forms beside the new ones in the Jōyō kanji table (常用漢字表, 2010) and the
 * second list of kanji allowed for names (戸籍法施行規則 別表第二), the extended kanji of Windows (髙 﨑 濵), and forms that
 * family registers keep (邊, 齋, 𠮷, 渕). 斎 and 斉 are different kanji, but people mix 斎藤 and 斉藤, so they are joined: a
 * search may find too much, never too little. Compatibility ideographs (U+F900 to U+FAFF such as 福) fold by NFKC before.
 */
export const VARIANT_GROUPS = `
高髙 崎﨑嵜 辺邉邊 斎齋斉齊 沢澤 浜濱濵 吉𠮷 広廣 国國圀 桜櫻 曽曾 真眞 島嶋嶌 関關 竜龍 滝瀧
浅淺 栄榮 恵惠 円圓 応應 奥奧 学學 楽樂 亀龜 帰歸 気氣 旧舊 暁曉 区區 駆驅 径徑 経經 鶏鷄 県縣
検檢 権權 献獻 験驗 剣劍劒釼劔 顕顯 厳嚴 巌巖 効效 恒恆 黄黃 横橫 済濟 雑雜 参參 賛贊 残殘 糸絲
児兒 湿濕 実實 舎舍 写寫 釈釋 寿壽 収收 従從 渋澁 縦縱 粛肅 処處 叙敍 将將 称稱 奨奬 条條 焼燒
証證 乗乘 浄淨 畳疊 嬢孃 譲讓 穣穰 醸釀 慎愼 尽盡 図圖 粋粹 随隨 枢樞 数數 瀬瀨 声聲 静靜 摂攝
専專 践踐 銭錢 繊纖 禅禪 双雙 壮壯 争爭 荘莊 巣巢 総總 聡聰 蔵藏 属屬 続續 対對 体體躰 帯帶 台臺
択擇 担擔 団團 断斷 弾彈 遅遲 虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽 鎮鎭 鉄鐵銕鉃 点點 転轉 伝傳 党黨
灯燈 当當 徳德 独獨 読讀 届屆 弐貳 拝拜 売賣 麦麥 発發 髪髮 抜拔 秘祕 弥彌 富冨 仏佛 並竝 変變
弁辨瓣辯 宝寶寳 豊豐 翻飜 万萬 満滿 峰峯 黙默 訳譯 薬藥 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 来來
頼賴 覧覽 両兩 猟獵 緑綠 縁緣 塁壘 励勵 礼禮 霊靈 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 郎郞 楼樓
録錄 湾灣 亜亞 悪惡 圧壓 囲圍 為爲 壱壹 隠隱 衛衞 駅驛 塩鹽 営營 鴎鷗 鶯鴬 仮假 会會 絵繪 覚覺
岳嶽 巻卷 観觀 歓歡 勧勸 館舘 拠據 挙擧 峡峽 狭狹 尭堯 勲勳 薫薰 群羣 渓溪 掲揭 継繼 蛍螢 芸藝
研硏 桧檜 槙槇 遥遙 瑶瑤 晋晉 松枩 秋穐 杉椙 野埜 船舩 淵渕渊 柳栁桺 桑桒 梅楳 祢禰 穂穗 稲稻
篭籠 芦蘆 蒋蔣 藪薮籔 頴穎 頬頰 麺麵 黒黑 青靑 清淸 増增 戸戶 姫姬 毎每 歩步 渉涉 温溫 虚虛 産產
彦彥 顔顏 内內 呉吳 教敎 既旣 即卽 郷鄕 隣鄰 煕熙凞 壷壺 桝枡 昇曻 朗朖 寛寬 閒間 尚尙 凛凜
涙淚 戦戰 蚕蠶 獣獸 酔醉 払拂 倹儉 桟棧 宮宫 呂吕 栖棲 鎌鐮 鑑鑒 卯夘 鰺鯵 柏栢 舗舖 蝉蟬 蝋蠟
礪砺 祷禱 涛濤 梼檮 撹攪 灌潅 諌諫 頚頸 鹸鹼 噛嚙 侠俠 躯軀 繋繫 掴摑 填塡 顛顚 嚢囊 溌潑 醤醬
屏屛 莱萊 迩邇 竃竈 靭靱 賎賤 恥耻 凉涼 庵菴 毘毗 皐皋臯 晃晄 鼡鼠 冴冱 昂昻 裏裡 俣俁 曵曳
悦悅 鋭銳 禄祿 緒緖 強强 状狀 税稅 説說 装裝 園薗 達逹 鶴靏靍 橋𣘺槗 土圡𡈽 丈𠀋 欅﨔 喜㐂 宜冝 村邨
`

const FOLDED = new Map<string, string>()
for (const group of VARIANT_GROUPS.trim().split(/\s+/)) {
  const [head = '', ...variants] = group
  for (const variant of variants) FOLDED.set(variant, head)
}

/** Folds every variant to the head of its group; other characters stay. Expects NFKC. */
export function foldKanji(text: string): string {
  let folded = ''
  for (const character of text) folded += FOLDED.get(character) ?? character
  return folded
}
