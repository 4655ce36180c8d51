"""Pictures of a model's detailed record: accuracy and calibration under damage, coverage and votes by class."""

_SIZE = (7.2, 3.6)
_DOTS = 110
_STRENGTHS = (1, 2, 3, 4, 5)
_COVERAGE = 90
# Okabe and Ito's colours, told apart by the colour-blind; every line has a marker of its own too.
_COLOURS = ('#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#555555')
_MARKERS = 'osD^vPX'


def _axes(columns=1):
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, columns, figsize=_SIZE, sharey=True, squeeze=False)
    for axis in axes[0]:
        axis.grid(alpha=0.3)
        axis.spines[['top', 'right']].set_visible(False)
    return figure, axes[0]


def _save(figure, path):
    from matplotlib import pyplot
    figure.tight_layout()
    figure.savefig(path, dpi=_DOTS)
    pyplot.close(figure)


def _lines(axis, series):
    for (name, values), colour, marker in zip(series.items(), _COLOURS, _MARKERS):
        axis.plot(_STRENGTHS, values, marker=marker, color=colour, label=name, markersize=4, linewidth=1.4)
    axis.set_xticks(_STRENGTHS)
    axis.set_xlabel('strength of the damage')


def draw_damage(record, path):
    """Accuracy by damage and strength."""
    figure, (axis,) = _axes()
    _lines(axis, {name: [100 * accuracy for accuracy, _ in points] for name, points in record['robustness'].items()})
    axis.axhline(100 * record['accuracy'], color='#888888', linestyle='--', linewidth=1)
    axis.set_ylabel('accuracy, %')
    axis.legend(fontsize=8, ncol=2)
    _save(figure, path)


def draw_calibration(record, path):
    """Calibration error by damage and strength, without the doubt about poor crops and with it."""
    figure, (without, with_doubt) = _axes(2)
    damaged = record['conditions']['damaged']
    _lines(without, {name: [100 * point['withoutDoubt']['calibrationError'] for point in points]
                     for name, points in damaged.items()})
    _lines(with_doubt, {name: [100 * point['calibrationError'] for point in points]
                        for name, points in damaged.items()})
    without.set_title('without doubt about poor crops', fontsize=9)
    with_doubt.set_title('with it', fontsize=9)
    without.set_ylabel('calibration error, points')
    without.legend(fontsize=8)
    _save(figure, path)


def _bars(record, values, path, label):
    figure, (axis,) = _axes()
    names = list(record['classes'])
    width = 0.8 / len(values)
    for index, (name, heights) in enumerate(values.items()):
        places = [place + (index - (len(values) - 1) / 2) * width for place in range(len(names))]
        axis.bar(places, heights, width, color=_COLOURS[index], label=name)
    axis.set_xticks(range(len(names)), names, fontsize=8)
    axis.set_ylabel(label)
    return figure, axis, lambda: _save(figure, path)


def draw_coverage(record, path):
    """How often the sets of plausible classes hold the answer, by class, with 95 % intervals."""
    entries = list(record['sets']['perClass'].values())
    heights = [100 * entry['value'] for entry in entries]
    _, axis, save = _bars(record, {'coverage': heights}, path, 'coverage of the sets, %')
    gaps = [[100 * (entry['value'] - entry['low']) for entry in entries],
            [100 * (entry['high'] - entry['value']) for entry in entries]]
    axis.errorbar(range(len(entries)), heights, gaps, fmt='none', ecolor='#222222', capsize=3, linewidth=1)
    axis.axhline(_COVERAGE, color='#888888', linestyle='--', linewidth=1)
    axis.set_ylim(0, 100)
    save()


def draw_votes(record, path):
    """Votes of raters by class, expected by the shares and counted."""
    votes = record['shares']['votes'].values()
    _, axis, save = _bars(record, {'expected by the shares': [entry['expected'] for entry in votes],
                                   'counted': [entry['counted'] for entry in votes]}, path, 'votes, one rater an image')
    axis.set_yscale('log')
    axis.legend(fontsize=8)
    save()


def draw_explanations(figures, path):
    """Deletion and insertion curves by order of the patches."""
    figure, (deletion, insertion) = _axes(2)
    share = [100 * step / figures['steps'][-1] for step in figures['steps']]
    names = {'explained': 'by occlusion', 'attention': 'by attention', 'random': 'at random'}
    for axis, kind in ((deletion, 'deletion'), (insertion, 'insertion')):
        for (order, name), colour, marker in zip(names.items(), _COLOURS, _MARKERS):
            axis.plot(share, figures[kind][order], marker=marker, color=colour, label=name, markersize=4, linewidth=1.4)
    deletion.set_xlabel('patches hidden, %')
    insertion.set_xlabel('patches shown, %')
    deletion.set_ylabel('probability of the class')
    deletion.legend(fontsize=8)
    _save(figure, path)


PLOTS = {'damage': draw_damage, 'calibration': draw_calibration, 'coverage': draw_coverage, 'votes': draw_votes}
