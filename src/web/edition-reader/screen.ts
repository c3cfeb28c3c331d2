/** What the reader shows at a moment. */
import type { ChartModel } from './chart-screen.tsx'
import type { CoverModel } from './cover-screen.tsx'
import type { VerifyModel } from './log-screen.tsx'
import type { StackModel } from './stack-screen.tsx'

export type Screen =
  | { readonly kind: 'loading' }
  | { readonly kind: 'broken'; readonly problem: 'missing' | 'unreadable' }
  | { readonly kind: 'cover'; readonly model: Omit<CoverModel, 'cover'> }
  | { readonly kind: 'search' }
  | { readonly kind: 'identify'; readonly row: number; readonly problem?: 'wrong' | 'required' }
  | { readonly kind: 'chart'; readonly model: ChartModel }
  | {
      readonly kind: 'refused'
      readonly row: number
      readonly state: 'missing' | 'damaged' | 'other-disc' | 'not-made'
    }
  | {
      readonly kind: 'document'
      readonly title: string
      readonly contentType: string
      readonly url: string | undefined
      readonly back: Screen
    }
  | { readonly kind: 'stack'; readonly model: StackModel }
  | { readonly kind: 'slips' }
  | { readonly kind: 'log' }
  | { readonly kind: 'verify'; readonly model: VerifyModel }
