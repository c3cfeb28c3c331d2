/** Numbers of the NBD protocol (NetworkBlockDevice/nbd doc/proto.md), as far as we speak it: fixed newstyle, simple replies. */
export const NBD_MAGIC = 0x4e42444d41474943n
export const OPTION_MAGIC = 0x49484156454f5054n
export const OPTION_REPLY_MAGIC = 0x0003e889045565a9n
export const REQUEST_MAGIC = 0x25609513
export const REPLY_MAGIC = 0x67446698

export const HandshakeFlag = { fixedNewstyle: 1, noZeroes: 2 } as const
export const Option = { exportName: 1, abort: 2, list: 3, startTls: 5, info: 6, go: 7 } as const
export const OptionReply = {
  ack: 1,
  server: 2,
  info: 3,
  unsupported: 0x80000001,
  invalid: 0x80000003,
  unknown: 0x80000006,
  tlsRequired: 0x80000005,
  tooBig: 0x80000009,
} as const
export const Info = { export: 0, blockSize: 3 } as const
export const TransmissionFlag = {
  hasFlags: 1,
  readOnly: 2,
  flush: 4,
  fua: 8,
  trim: 32,
  writeZeroes: 64,
  multiConnection: 256,
} as const
export const Command = { read: 0, write: 1, disconnect: 2, flush: 3, trim: 4, writeZeroes: 6 } as const
export const CommandFlag = { fua: 1 } as const
export const Fault = { none: 0, permission: 1, io: 5, invalid: 22, space: 28, shutdown: 108 } as const
/** What clients keep to without having agreed on more. */
export const MOST_PAYLOAD = 32 * 1024 * 1024
