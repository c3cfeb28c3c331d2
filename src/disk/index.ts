/** Disk images as flat disks, their changes beside them, and NBD. */
export { type Bytes, readWhole } from './bytes.ts'
export { openImage, type Image, type ImageFormat } from './image.ts'
export { planQcow2 } from './plan-qcow2.ts'
export { Overlay, type ChangesFile, type WritableDisk } from './overlay.ts'
export { partitionsOf, type Partition } from './partitions.ts'
export { serveNbd, type Export, type Secure } from './nbd/server.ts'
