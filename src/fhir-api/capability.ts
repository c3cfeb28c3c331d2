/** CapabilityStatement and SMART's configuration: what is there, and nothing that is not. */
import { includesOf } from './includes.ts'
import { CLINICAL_TYPES, parametersOf } from './parameters.ts'
import { PATIENT_PARAMETERS } from './patients.ts'

const READ = [{ code: 'read' }, { code: 'vread' }]
const SEARCHED = {
  interaction: [...READ, { code: 'search-type' }],
  versioning: 'versioned',
  readHistory: true,
  conditionalRead: 'not-match',
}
/** Of every search; of reads those two that leave elements out. */
const RESULT_PARAMETERS = ['_count', '_summary', '_elements', '_total']

/** @param asOf ISO instant: when the generation was taken, or for the newest when it is asked */
export function capabilityStatement(base: string, asOf: string): object {
  const patient = Object.entries(PATIENT_PARAMETERS).map(([name, { type }]) => ({ name, type }))
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: asOf,
    kind: 'instance',
    software: { name: 'Toride 砦' },
    implementation: {
      description:
        'バックアップの世代を読み取り専用で見せます。Read only, out of a generation of the backup; ' +
        'another generation is read under generations/{id}.',
      url: base,
    },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        security: {
          description:
            '画面のサインイン、または画面で発行したトークン（Authorization: Bearer）。' +
            "A session of the screens or a bearer token made on them. What the reader's role may not see is left out.",
        },
        resource: [
          {
            type: 'Patient',
            ...SEARCHED,
            searchParam: patient,
            operation: [
              { name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' },
            ],
          },
          ...CLINICAL_TYPES.map((type) => ({
            type,
            ...SEARCHED,
            searchParam: [
              { name: '_id', type: 'token' },
              ...Object.entries(parametersOf(type)).map(([name, parameter]) => ({ name, type: parameter.type })),
              { name: '_sort', type: 'special' },
            ],
            ...includesOf(type),
          })),
          { type: 'Binary', interaction: READ, versioning: 'versioned', conditionalRead: 'not-match' },
        ],
        searchParam: RESULT_PARAMETERS.map((name) => ({ name, type: 'special' })),
      },
    ],
  }
}

/** There is no authorization server: tokens are made by a person on a screen. */
export function smartConfiguration(): object {
  return {
    capabilities: ['permission-v2', 'permission-user'],
    scopes_supported: ['user/*.rs', 'user/*.r', 'user/*.s', 'user/{type}.rs'],
    response_types_supported: [],
    grant_types_supported: [],
    token_endpoint_auth_methods_supported: [],
    code_challenge_methods_supported: [],
  }
}
