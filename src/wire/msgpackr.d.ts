/** The build without `new Function`, which a page's CSP forbids. It ships no types; these two calls are all we need. */
declare module 'msgpackr/index-no-eval' {
  export class Packr {
    constructor(options: {
      useRecords: false
      structuredClone: false
      moreTypes: false
      mapsAsObjects: true
      int64AsType: 'number'
    })
    pack(value: unknown): Uint8Array
    unpack(bytes: Uint8Array): unknown
  }
}
