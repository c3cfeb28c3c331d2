/** The few files of the emergency PC that only Windows reads. CRLF, and ASCII where cmd.exe reads them. */
import type { ZipFile } from './zip.ts'

/**
 * Starts the program, opens the browser, and sees to it that both come with the next sign-in of this user. What lies beside
 * (production's file, a folder `copies`) is taken without a question.
 */
const START = `@echo off
setlocal
cd /d "%~dp0"
set "TORIDE_DATA=%LOCALAPPDATA%\\toride-station"
set "NODE_COMPILE_CACHE=%LOCALAPPDATA%\\toride-station-cache"
set "TORIDE_MORE="
for %%f in ("%~dp0toride-station-*.json") do set TORIDE_MORE=--package "%%~ff"
if exist "%~dp0copies\\" set TORIDE_MORE=%TORIDE_MORE% --from "%~dp0copies"
reg add "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run" /v TorideStation /t REG_SZ /d "\\"%~f0\\" /autostart" /f >nul
if not "%~1"=="/autostart" start "" /min cmd /c "timeout /t 4 /nobreak >nul & start http://localhost:8480"
title Toride
"%~dp0node\\node.exe" --disable-warning=ExperimentalWarning "%~dp0app\\src\\station.ts" --data "%TORIDE_DATA%" %TORIDE_MORE%
if errorlevel 1 pause
`

/** Leaves nothing of ours behind for this user; asks before what was copied goes. */
const END = `@echo off
setlocal
reg delete "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run" /v TorideStation /f >nul 2>nul
powershell -NoProfile -Command "Get-Process node -ErrorAction SilentlyContinue | Where-Object { $_.Path -eq '%~dp0node\\node.exe' } | Stop-Process -Force"
rmdir /s /q "%LOCALAPPDATA%\\toride-station-cache" 2>nul
echo Toride does not start by itself any more.
set /p TORIDE_ERASE="Erase the copies of the charts on this PC too? (y/N) "
if /i "%TORIDE_ERASE%"=="y" rmdir /s /q "%LOCALAPPDATA%\\toride-station"
echo You may delete this folder now.
pause
`

const READ_ME = `砦 非常用PC（Windows 64ビット）

はじめ方
1. このフォルダーを、このパソコンのどこかに置きます（管理者の権限はいりません）。
2. 砦の画面「非常用PC」で保存した toride-station-….json を、このフォルダーに入れます。
3. USBなどで写しを持って来たときは、その中身を copies という名前のフォルダーにして、ここに入れます。
4. 「砦を始める.cmd」を2回クリックします。ブラウザーが開きます。次からは、サインインすると自動で始まります。
5. 開封カードで一度開いて、カルテが見られることと、印刷できることを確かめます。

やめ方
「砦をやめる.cmd」を2回クリックしてから、このフォルダーを消します。

知っておくこと
・見るだけのプログラムです。このパソコンの中（http://localhost:8480）だけで動き、ほかのパソコンからはつながりません。
・電池とプリンターの点検は、Windows では自動で分かりません。「毎月の点検」の画面を見て、人が確かめます。
・ディスク全体の暗号化（BitLocker など）を使ってください。

未検証（本物の Windows では、まだ動かしていません）
・このフォルダーの2つの .cmd、自動で始まること、きれいにやめられること
・組織の決まりで .cmd や node.exe が止められているとき、ウイルス対策ソフトの動き
・NTFS の上での電源断。exFAT や USB メモリーの上に記録を置くこと（置かないでください）
・スリープからの戻り、時計の大きなずれ
`

const crlf = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'))

export function windowsFiles(): ZipFile[] {
  return [
    { name: '砦を始める.cmd', bytes: crlf(START) },
    { name: '砦をやめる.cmd', bytes: crlf(END) },
    { name: 'はじめにお読みください.txt', bytes: Buffer.concat([Buffer.from('\uFEFF'), crlf(READ_ME)]) },
  ]
}
