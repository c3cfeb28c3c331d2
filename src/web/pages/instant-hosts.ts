/** What a person types into a hypervisor to use a disk that is served. Pure text; the key is never part of it. */
import type { Messages } from '../messages/ja.ts'

export type HostWord = keyof Messages['instant']['host']

/** A socket of this computer, or an address of it; `keys.psk` lies where the page says. */
export type Served = { readonly socket: string } | { readonly address: string }

const KEYS = '/root/toride-nbd'

/** In the order of the page. */
export function hostWords(served: Served, canWrite: boolean): readonly (readonly [HostWord, string])[] {
  return 'socket' in served ? here(served.socket, canWrite) : elsewhere(served.address, canWrite)
}

function here(socket: string, canWrite: boolean): (readonly [HostWord, string])[] {
  const uri = `nbd+unix:///disk?socket=${socket}`
  // A guest that may not write needs somewhere to do so all the same: QEMU forgets it afterwards.
  const drive = `-drive 'file=${uri},format=raw,if=virtio${canWrite ? '' : ',snapshot=on'}'`
  return [
    ['qemu', `qemu-system-x86_64 -accel kvm -accel tcg -m 4096 -nic none ${drive}`],
    ['proxmox', `qm set 100 --delete net0; qm set 100 --args "${drive}"`],
    [
      'libvirt',
      [
        "<disk type='network' device='disk'>",
        "  <driver name='qemu' type='raw'/>",
        "  <source protocol='nbd' name='disk'>",
        `    <host transport='unix' socket='${socket}'/>`,
        '  </source>',
        "  <target dev='vda' bus='virtio'/>",
        ...(canWrite ? [] : ['  <readonly/>']),
        '</disk>',
      ].join('\n'),
    ],
    ['hyperv', `qemu-img convert -p -f raw -O vhdx -o subformat=dynamic '${uri}' disk.vhdx`],
    ['esxi', `qemu-img convert -p -f raw -O vmdk -o subformat=monolithicFlat '${uri}' disk.vmdk`],
    ['check', `qemu-img info '${uri}'`],
  ]
}

function elsewhere(address: string, canWrite: boolean): (readonly [HostWord, string])[] {
  const at = address.lastIndexOf(':')
  const [host, port] = [address.slice(0, at), address.slice(at + 1)]
  const secret = `-object tls-creds-psk,id=toride,dir=${KEYS},endpoint=client,username=toride`
  const node = `driver=nbd,server.type=inet,server.host=${host},server.port=${port},export=disk,tls-creds=toride`
  const drive = canWrite
    ? `-blockdev ${node},node-name=disk -device virtio-blk-pci,drive=disk`
    : `-drive ${node},if=virtio,snapshot=on`
  const convert = (form: string, name: string) =>
    `qemu-img convert -p --object ${secret.slice('-object '.length)} --image-opts ${node} -O ${form} ${name}`
  return [
    ['qemu', `qemu-system-x86_64 -accel kvm -accel tcg -m 4096 -nic none ${secret} ${drive}`],
    ['proxmox', `qm set 100 --delete net0; qm set 100 --args "${secret} ${drive}"`],
    [
      'libvirtTls',
      [
        "<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>",
        ...`${secret} ${drive}`.split(' ').map((word) => `  <qemu:arg value='${word}'/>`),
        '</qemu:commandline>',
      ].join('\n'),
    ],
    ['hyperv', convert('vhdx', 'disk.vhdx')],
    ['esxi', convert('vmdk -o subformat=monolithicFlat', 'disk.vmdk')],
    ['check', `qemu-img info --object ${secret.slice('-object '.length)} --image-opts ${node}`],
  ]
}
