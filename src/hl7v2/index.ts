export { decodeMessage } from './decode.ts'
export { DEFAULT_DELIMITERS, unescape } from './escape.ts'
export { Message, parseMessage, Segment, toValue } from './message.ts'
export {
  addresses,
  codedValue,
  codedValues,
  identifiers,
  namePair,
  nameText,
  patientIdentifier,
  personNames,
  practitioners,
  quantityWithUnit,
  telecoms,
  timing,
} from './datatypes.ts'
export { instantOf, parseTimeStamp } from './timestamp.ts'
export { peekMessage } from './peek.ts'
export type { Peek } from './peek.ts'
export type {
  Address,
  Charset,
  CodedValue,
  Coding,
  DecodedMessage,
  DecodeProblem,
  DecodeProblemCode,
  Delimiters,
  Identifier,
  PersonName,
  Practitioner,
  Telecom,
  TimeStamp,
  Timing,
  Value,
} from './types.ts'
