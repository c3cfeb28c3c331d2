/** Before the name of a folder. A drawing: what has no emoji font (many a Linux, a kiosk) shows a box in the emoji's place. */
export function FolderMark() {
  return (
    <svg class="folder-mark" viewBox="0 0 20 16" width="20" height="16" aria-hidden="true" focusable="false">
      <path d="M1 3a1 1 0 0 1 1-1h5l2 2h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1z" fill="currentColor" />
    </svg>
  )
}
