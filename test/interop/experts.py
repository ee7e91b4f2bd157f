"""The inputs of a mixture of experts: their weights, and labels of earlier rows."""
import math

from functions import exp


def weights_of(total, losses, numeric):
    least = min(losses)
    factor = 1.0 if not numeric else total / (2 * least) if least > 0 else math.inf
    likely = [exp(-min(factor * (loss - least), 700.0)) if loss > least else 1.0 for loss in losses]
    total = 0.0
    for each in likely:
        total += each
    return [each / total for each in likely]


def standing(field, scaler, label):
    """Returns a label of a number as learning sees it, by the statistics as they are."""
    if math.isnan(label):
        return 0.0
    if field['scale'] == 'none':
        return label
    _, mean, variance, *_ = scaler
    return (label - mean) / math.sqrt(variance) if variance > (1e-28 * mean) * mean else 0.0


def expert_inputs(description, statistics, scalers):
    """Returns the inputs that are no features by name, from the statistics behind those of the fields."""
    target = description['target']
    numeric = description['loss']['task'] == 'numeric'
    count = len(description['experts'])
    inputs = {'#experts': weights_of(statistics[0], statistics[1:1 + count], numeric)}
    nodes = description['circuit']['nodes']
    lasts = {n['name']: n['shape'][0] for n in nodes if n['op'] == 'input' and n['name'].startswith('#last')}
    length = max((int(name[5:]) for name in lasts), default=0)
    queues = [statistics[1 + count + i * length:][:length] for i in range(len(target))]
    for name, size in lasts.items():
        labels = [queue[length - int(name[5:])] for queue in queues]
        if numeric:
            inputs[name] = [standing(f, scalers.get(n), label) for (n, f), label in zip(target.items(), labels)]
        else:
            inputs[name] = [1.0 if i == labels[0] else 0.0 for i in range(size)]
    return inputs
