/** The one script of the pages. Each island improves markup that already works without it. */
import './idle-guard.ts'
import './job-progress.ts'
import './print-button.ts'
import './scan-input.ts'
