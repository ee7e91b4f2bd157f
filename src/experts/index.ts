export { type AutoExperts, auto } from './auto.js'
export type { Expert, ExpertSite, Experts } from './expert.js'
export { type NetExpert, net } from './net.js'
export { noChange } from './noChange.js'
