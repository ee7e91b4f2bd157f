import { denseKind } from './dense.js'
import { embeddingKind } from './embedding.js'
import { factorizedKind } from './factorized.js'
import type { LayerKind } from './layer.js'
import { layerNormKind } from './layerNorm.js'

/** The layers of this library, by kind. */
export const layerKinds: Readonly<Record<string, LayerKind>> = {
  dense: denseKind,
  embedding: embeddingKind,
  factorized: factorizedKind,
  layerNorm: layerNormKind,
}
