// What the host calls: the virtual machine for one row or for many, and the loop over the rows of a model that
// learns at every row.

export { learn } from './learn/learnRows'
export { runRows, SCRATCH } from './vm/rows'
export { run } from './vm/run'
