/** What the guided drivers of one day did. Money in yen, time in seconds, both whole. */
export interface DayResult {
  readonly day: number
  /** (fares - cost of vacant kilometres) / driver-hours */
  readonly profitPerDriverHour: number
  readonly fares: number
  /** Passengers whom a guided driver took. */
  readonly served: number
  /** Passengers of the frame whom a background taxi took. */
  readonly servedByOthers: number
  /** Passengers of the frame who gave up. */
  readonly expired: number
  /** Passengers who appeared in the frame. */
  readonly passengers: number
  readonly vacantMetres: number
  readonly vacantSeconds: number
  readonly occupiedSeconds: number
}
