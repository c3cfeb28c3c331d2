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
// Coming: decodeMessage(bytes: Uint8Array): DecodedMessage
//         parseMessage(text: string): Message; readMessage(bytes) = both
//         Message: delimiters, segments, all(id), first(id), type ('ADT^A08'), timestamp
//         Segment: id, raw, fields, field(n): Value (raw, not unescaped), value(n, component?, subComponent?, repetition?): Value,
//                  repetitions(n): string[]
//         personNames(segment, n): PersonName[]; addresses; telecoms; identifiers; codedValue; codedValues; practitioners;
//         timing(segment); timeStamp(text)
//         peekPatient(bytes): { startsWithMsh, messageType, patientIds, ... }
