/** Reports and notices on the emergency PC alone, out of the case as it is merged here. */
import { Notifications } from '#notification'
import { reportDesk } from '#reading'
import type { ReportService } from '#web'
import { incidentsOf } from './incident-service.ts'
import type { Station } from './station.ts'

export function reportService(station: Station): ReportService {
  let made: { readonly of: Station['casebook']; readonly desk: ReportService } | undefined
  /** Made anew after another package: it is another PC then. */
  const desk = (): ReportService => {
    const { casebook } = station
    if (made?.of !== casebook) made = { of: casebook, desk: deskOf(station) }
    return made.desk
  }
  return {
    get: (viewer, incident) => desk().get(viewer, incident),
    overrule: (viewer, incident, input) => desk().overrule(viewer, incident, input),
    send: (viewer, incident, input, document, drawn) => desk().send(viewer, incident, input, document, drawn),
    draw: (document, kind, drawn) => desk().draw(document, kind, drawn),
    template: (viewer, form) => desk().template(viewer, form),
    saveTemplate: (viewer, form, file) => desk().saveTemplate(viewer, form, file),
    fill: (viewer, form, values) => desk().fill(viewer, form, values),
    sent: (viewer, incident, sha256) => desk().sent(viewer, incident, sha256),
  }
}

function deskOf(station: Station): ReportService {
  const incidents = incidentsOf(station)
  return reportDesk({
    incidents,
    notifications: new Notifications({ casebook: station.casebook, incidents, ledger: station.log }),
    isStation: true,
    readingKey: () => station.shelf?.keys.subject,
    institution: async () => station.package.institution,
    // They are kept at home.
    improvements: async () => [],
    spend: (work) => station.reserve.spend(work),
  })
}
