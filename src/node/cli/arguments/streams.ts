import {
  type AgrawalConfig,
  agrawal,
  type FriedmanConfig,
  friedman,
  type HyperplaneConfig,
  hyperplane,
  type LedConfig,
  led,
  type RandomRbfConfig,
  randomRbf,
  type SeaConfig,
  type StaggerConfig,
  sea,
  stagger,
} from '../../../generators/index.js'
import type { GenerateOptionName } from './generateOptions.js'

/** The options that a generator has of its own, as numbers. */
export type StreamSettings = Partial<Record<GenerateOptionName, number>>

/** A generator as the command line knows it. */
export interface Stream {
  readonly text: string
  /** The column that is to be predicted. */
  readonly target: string
  /** The options that it takes beside the seed. */
  readonly settings: readonly GenerateOptionName[]
  /** The setting that `--drift` changes; undefined for a stream that changes from row to row. */
  readonly changes?: 'variant' | 'swapped'
  readonly make: (settings: StreamSettings) => Iterable<object>
}

export type StreamName = 'agrawal' | 'friedman' | 'hyperplane' | 'led' | 'random-rbf' | 'sea' | 'stagger'

/** The streams of `rxgrad generate`. */
export const streams: Readonly<Record<StreamName, Stream>> = {
  agrawal: {
    text: 'loan applicants, whom one of ten functions sorts into two groups',
    target: 'label',
    settings: ['variant', 'perturbation'],
    changes: 'variant',
    make: (settings) => agrawal(settings as AgrawalConfig),
  },
  friedman: {
    text: "Friedman's function of five numbers, beside five that say nothing; y is a number",
    target: 'y',
    settings: ['variant', 'noise'],
    changes: 'variant',
    make: (settings) => friedman(settings as FriedmanConfig),
  },
  hyperplane: {
    text: 'two classes on the two sides of a plane, which turns with --magnitude',
    target: 'label',
    settings: ['features', 'noise', 'drifting', 'magnitude', 'turn'],
    make: (settings) => hyperplane(settings as HyperplaneConfig),
  },
  led: {
    text: 'ten digits on a display of seven faulty segments, beside columns that say nothing',
    target: 'label',
    settings: ['noise', 'irrelevant', 'swapped'],
    changes: 'swapped',
    make: (settings) => led(settings as LedConfig),
  },
  'random-rbf': {
    text: 'clusters of several classes, which move with --velocity',
    target: 'label',
    settings: ['features', 'classes', 'centroids', 'velocity'],
    make: (settings) => randomRbf(settings as RandomRbfConfig),
  },
  sea: {
    text: 'two classes by the sum of two of three numbers, with four thresholds as variants',
    target: 'label',
    settings: ['variant', 'noise'],
    changes: 'variant',
    make: (settings) => sea(settings as SeaConfig),
  },
  stagger: {
    text: 'things of a size, a color and a shape, with three concepts as variants',
    target: 'label',
    settings: ['variant', 'noise'],
    changes: 'variant',
    make: (settings) => stagger(settings as StaggerConfig),
  },
}
