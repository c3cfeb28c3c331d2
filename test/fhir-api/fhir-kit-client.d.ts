/** As much of the client's face as the test uses; its own types ask for another module resolution. */
declare module 'fhir-kit-client' {
  interface Answered {
    resourceType: string
    id?: string
    entry?: { resource: Answered & Record<string, unknown> }[]
    link?: { relation: string; url: string }[]
  }
  export class Client {
    constructor(options: { baseUrl: string; bearerToken?: string })
    capabilityStatement(): Promise<Answered & { fhirVersion: string }>
    smartAuthMetadata(): Promise<Record<string, unknown>>
    search(options: {
      resourceType: string
      searchParams: Record<string, string | string[]>
      options?: { postSearch?: boolean }
    }): Promise<Answered>
    read(options: { resourceType: string; id: string }): Promise<Answered>
    vread(options: { resourceType: string; id: string; version: string }): Promise<Answered>
    nextPage(options: { bundle: object }): Promise<Answered | undefined>
    operation(options: { resourceType: string; name: string; id: string; method: string }): Promise<Answered>
    create(options: { resourceType: string; body: object }): Promise<Answered>
  }
}
