// What the host calls: the virtual machine, for one row or many, and the rows of a model that learns at every row.

export { learn } from './learn/learnRows'
export { runRows, SCRATCH } from './vm/rows'
export { run } from './vm/run'
