import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import type { SettingsReader } from './kind.js'
import { checkedClip, SCALES, type ScaleSettings } from './scaledNumber.js'
import { readSeries, type SeriesConfig, type SeriesSettings, seriesDefaults, seriesOf } from './series.js'

/** The settings of a number that depends on the earlier rows of its series, and is scaled as `numeric` is. */
export interface ScaledSeries<By extends string = string> extends ScaleSettings, SeriesSettings<By> {}
export interface ScaledSeriesConfig<By extends string = string> extends Partial<ScaleSettings>, SeriesConfig<By> {}

/** Checks these settings, and fills in their defaults. */
export const scaledSeriesOf = <By extends string>(
  what: string,
  config: ScaledSeriesConfig<By> | undefined,
): ScaledSeries<By> => {
  const defaults = { ...seriesDefaults, scale: 'exponential', clip: undefined } as const
  const { scale, clip, ...series } = optionsOf(what, config, defaults)
  oneOf(what, 'scale', scale, SCALES)
  return { ...seriesOf(what, series), scale, clip: checkedClip(what, scale, clip) }
}

/** Reads these settings. */
export const readScaledSeries = (settings: SettingsReader): ScaledSeriesConfig => ({
  ...readSeries(settings),
  scale: settings.oneOf('scale', SCALES),
  clip: settings.number('clip'),
})
