import type { Language } from '../format.ts'
import { en } from './en.ts'
import { ja, type Messages } from './ja.ts'

export type { ChartMessages, Messages } from './ja.ts'
export const MESSAGES: Record<Language, Messages> = { ja, en }
