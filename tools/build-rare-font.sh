#!/bin/sh
# Builds src/paper/fonts/rare-kanji.otf: every kanji, Hangul syllable and sign of Noto Sans CJK JP that BIZ UDPGothic has
# not, so that no name prints as a box. Needs Debian's fonts-noto-cjk and python3-fonttools. Run by hand, when either font
# changes; the result lies in the tree, because the whole of Noto Sans JP would cost every installation 30 to 50 MB.
set -eu
cd "$(dirname "$0")/.."
noto=${NOTO:-/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc}
biz=node_modules/@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf
list=$(mktemp)
trap 'rm -f "$list"' EXIT
python3 - "$noto" "$biz" > "$list" <<'PYTHON'
import sys
from fontTools.ttLib import TTFont
noto = set(TTFont(sys.argv[1], fontNumber=0).getBestCmap())
biz = set(TTFont(sys.argv[2]).getBestCmap())
# General signs, kana and CJK blocks, Hangul syllables, and the planes of rare kanji.
wanted = [(0xA0, 0x24F), (0x370, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x33FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFFEF), (0x20000, 0x3FFFF)]
print(' '.join('U+%04X' % c for c in sorted(noto - biz) if any(a <= c <= b for a, b in wanted)))
PYTHON
python3 -m fontTools.subset "$noto" --font-number=0 --unicodes-file="$list" --output-file=src/paper/fonts/rare-kanji.otf \
  --layout-features= --no-hinting --name-IDs='0,1,2,3,4,5,6,13,14' --notdef-outline --drop-tables+=VORG,vhea,vmtx,BASE,GPOS,GSUB
ls -l src/paper/fonts/rare-kanji.otf
