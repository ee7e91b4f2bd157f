/** What metrics, baselines and losses are called in plain words; others have their own names. */
const words: Readonly<Record<string, string>> = {
  MAE: 'mean absolute error',
  RMSE: 'root mean squared error',
  'R²': 'share of the variance explained, R²',
  accuracy: 'share of right answers',
  'log loss': 'log loss',
  'ROC AUC': 'area under the ROC curve',
  'no-change': 'saying the last value again',
  'running mean': 'the mean of all values so far',
  crossEntropy: 'cross-entropy',
  'majority class': 'the most frequent answer so far',
}

export const inWords = (name: string): string => words[name] ?? name
