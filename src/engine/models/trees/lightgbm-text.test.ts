import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.js';
import { planShap, shapValues } from '../../explain/tree-shap.js';
import { createRng } from '../../random/xoshiro128.js';
import { compileEnsemble } from './compile.js';
import { madeEnsemble, madeRows } from './made-ensemble.fixture.js';
import { rawScores } from './predict.js';
import { readLightgbm } from './read-lightgbm.js';
import { EVERY_NUMBER, OBJECTIVES, type TreeEnsemble } from './tree.js';
import { writeLightgbm } from './write-lightgbm.js';

/** As LightGBM 4.7.0 writes it: a tree with categories and a missing side, then one leaf alone. */
const FILE = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:0.7
feature_names=age=years colour
monotone_constraints=1 0
feature_infos=[-3.5:3.2999999999999998] -1:0:3:1
tree_sizes=449 224

Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
split_gain=12.5 inf
threshold=inf 0
decision_type=10 1
left_child=1 -1
right_child=-3 -2
leaf_value=-0.10000000000000001 0.20000000000000001 1e-35
leaf_weight=1.5 2.5 11.999999999999998
leaf_count=10 20 30
internal_value=0.1 0.2
internal_weight=0 4
internal_count=60 30
cat_boundaries=0 2
cat_threshold=9 4294967295
is_linear=0
shrinkage=0.1


Tree=1
num_leaves=1
num_cat=0
split_feature=
split_gain=
threshold=
decision_type=
left_child=
right_child=
leaf_value=0.25
leaf_weight=
leaf_count=60
internal_value=
internal_weight=
internal_count=
is_linear=0
shrinkage=1


end of trees

feature_importances:
age=years=1
colour=1

parameters:
[boosting: gbdt]
[interaction_constraints: ]
[machines: 127.0.0.1:12400]

end of parameters

pandas_categorical:null
`;

/** The file with a line that begins with `key=` replaced. */
const withLine = (key: string, line: string): string => {
  const lines = FILE.split('\n');
  lines[lines.findIndex((text) => text.startsWith(`${key}=`))] = line;
  return lines.join('\n');
};

function failureOf(text: string): AppError {
  try {
    readLightgbm(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The text was read.');
}

describe("LightGBM's text format v4", () => {
  it('is read as it is meant', () => {
    expect(readLightgbm(FILE)).toEqual({
      objective: { name: 'binary', sigmoid: 0.7 },
      classes: 1,
      treesPerRound: 1,
      featureNames: ['age=years', 'colour'],
      featureInfos: ['[-3.5:3.2999999999999998]', '-1:0:3:1'],
      averageOutput: false,
      monotoneConstraints: [1, 0],
      trees: [
        {
          splitFeature: [0, 1],
          threshold: [EVERY_NUMBER, 0],
          decisionType: [10, 1],
          leftChild: [1, -1],
          rightChild: [-3, -2],
          leafValue: [-0.1, 0.2, 1e-35],
          leafWeight: [1.5, 2.5, 11.999999999999998],
          leafCount: [10, 20, 30],
          splitGain: [12.5, Number.MAX_VALUE],
          internalValue: [0.1, 0.2],
          internalWeight: [0, 4],
          internalCount: [60, 30],
          catBoundaries: [0, 2],
          catThreshold: [9, 4294967295],
          shrinkage: 0.1,
        },
        {
          splitFeature: [],
          threshold: [],
          decisionType: [],
          leftChild: [],
          rightChild: [],
          leafValue: [0.25],
          leafWeight: [0],
          leafCount: [60],
          splitGain: [],
          internalValue: [],
          internalWeight: [],
          internalCount: [],
          catBoundaries: [],
          catThreshold: [],
          shrinkage: 1,
        },
      ],
      parameters: [
        ['boosting', 'gbdt'],
        ['interaction_constraints', ''],
        ['machines', '127.0.0.1:12400'],
      ],
    } satisfies TreeEnsemble);
  });

  it('is read with either line end, without the lists that only tell, and without parameters', () => {
    expect(readLightgbm(FILE.replaceAll('\n', '\r\n'))).toEqual(readLightgbm(FILE));
    const told = /^(split_gain|internal_\w+|leaf_weight|leaf_count|shrinkage|tree_sizes|is_linear)=.*\n/gm;
    const bare = readLightgbm(FILE.replace(told, '').replace(/\nparameters:.*/s, ''));
    expect(bare.parameters).toBeUndefined();
    expect(bare.trees[0]).toMatchObject({
      splitGain: [0, 0],
      leafCount: [0, 0, 0],
      shrinkage: 1,
      leafValue: [-0.1, 0.2, 1e-35],
    });
  });

  it('is written so that it reads back the same, whatever the ensemble (property)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), fc.integer({ min: 1, max: 3 }), (seed, averageOutput, treesPerRound) => {
        const made = { features: 5, rounds: 3, leavesMax: 9, treesPerRound, averageOutput };
        const ensemble = madeEnsemble(createRng(seed), made);
        expect(readLightgbm(writeLightgbm(ensemble))).toEqual(ensemble);
      }),
      { numRuns: 60 },
    );
    expect(readLightgbm(writeLightgbm(readLightgbm(FILE)))).toEqual(readLightgbm(FILE));
  });

  it('survives JSON between reading and writing, byte for byte', () => {
    const ensemble = readLightgbm(FILE);
    expect(writeLightgbm(JSON.parse(JSON.stringify(ensemble)) as TreeEnsemble)).toBe(writeLightgbm(ensemble));
  });

  it('tells the size of every tree in bytes, counts what split, and has no blanks in names', () => {
    const ensemble = madeEnsemble(createRng(5), { features: 3, rounds: 4, leavesMax: 6 });
    const text = writeLightgbm({ ...ensemble, featureNames: ['größe in m', '', 'plain'] });
    const sizes = /^tree_sizes=(.*)$/m.exec(text)![1]!.split(' ').map(Number);
    const bytes = new TextEncoder().encode(text);
    let at = new TextEncoder().encode(text.slice(0, text.indexOf('Tree=0'))).length;
    sizes.forEach((size, index) => {
      const tree = new TextDecoder().decode(bytes.subarray(at, at + size));
      expect(tree).toMatch(new RegExp(`^Tree=${index}\n.*\n\n\n$`, 's'));
      at += size;
    });
    expect(new TextDecoder().decode(bytes.subarray(at))).toMatch(/^end of trees\n\nfeature_importances:\n/);
    expect(text).toContain('feature_names=größe_in_m Column_1 plain\n');
  });

  it('names every objective both ways', () => {
    for (const name of OBJECTIVES) {
      const treesPerRound = name.startsWith('multiclass') ? 3 : 1;
      const ensemble = madeEnsemble(createRng(9), { features: 2, rounds: 1, leavesMax: 3, treesPerRound });
      const hasSlope = name === 'binary' || name === 'multiclassova';
      const objective = {
        name,
        ...(hasSlope ? { sigmoid: 0.5 } : name === 'regression' ? { sqrt: true as const } : {}),
      };
      expect(readLightgbm(writeLightgbm({ ...ensemble, objective })).objective).toEqual(objective);
    }
    expect(readLightgbm(withLine('objective', 'objective=quantile alpha:0.9')).objective).toEqual({ name: 'quantile' });
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['of another kind', 'PK\u0003\u0004', 1, 'begins with'],
    ['that is empty', '', 1, 'begins with'],
    ['without its head', 'tree\n', 1, 'version is missing'],
    ['whose objective wants classes', withLine('objective', 'objective=multiclass num_class:1'), 7, 'num_class=1'],
    ['whose objective has a slope of nothing', withLine('objective', 'objective=binary sigmoid:'), 7, 'sigmoid'],
    ['with a feature too few', withLine('feature_names', 'feature_names=age'), 8, '1 values for 2 features'],
    ['with a tree too few', withLine('tree_sizes', 'tree_sizes=449 224 1'), 53, 'announced 3'],
    ['with rounds cut short', withLine('num_tree_per_iteration', 'num_tree_per_iteration=3'), 4, 'num_class=1'],
    ['with a billion leaves', withLine('num_leaves', 'num_leaves=1000000000'), 22, '3 values where 1000000000'],
    ['with more leaves than counted', withLine('num_leaves', 'num_leaves=1e300'), 14, 'integer'],
    ['with no leaf', withLine('num_leaves', 'num_leaves=0'), 14, 'between 1'],
    ['with a billion features', withLine('max_feature_idx', 'max_feature_idx=1000000000'), 8, '2 values for'],
    ['with a column that is not there', withLine('split_feature', 'split_feature=0 2'), 16, 'column 2'],
    ['with half a column', withLine('split_feature', 'split_feature=0 0.5'), 16, 'no integer'],
    ['with a threshold that is no number', withLine('threshold', 'threshold=nan 0'), 18, 'no finite number'],
    ['with a threshold in hexadecimal', withLine('threshold', 'threshold=0x10 0'), 18, 'no finite number'],
    ['with a number beyond all', withLine('leaf_value', 'leaf_value=1e999 0 0'), 22, 'no finite number'],
    ['with a set that is not there', withLine('threshold', 'threshold=0 1'), 18, 'not among the 1 sets'],
    ['with a decision nobody takes', withLine('decision_type', 'decision_type=12 1'), 19, 'decision type'],
    ['with a child that is its own parent', withLine('left_child', 'left_child=0 -1'), 20, 'reached twice'],
    ['with a leaf reached twice', withLine('left_child', 'left_child=1 -2'), 21, 'reached twice'],
    ['with a child that is not there', withLine('right_child', 'right_child=-4 -2'), 21, 'does not exist'],
    ['with sets that run backwards', withLine('cat_boundaries', 'cat_boundaries=0 -1'), 28, 'before it begins'],
    ['with sets beyond their words', withLine('cat_boundaries', 'cat_boundaries=0 1000000000'), 29, '2 words'],
    ['with a word of 33 bits', withLine('cat_threshold', 'cat_threshold=9 4294967296'), 29, '32 bits'],
    ['with a key twice', FILE.replace('num_cat=1', 'num_cat=1\nnum_cat=1'), 16, 'twice'],
    ['with trees out of order', FILE.replace('Tree=1', 'Tree=2'), 34, 'Tree=1'],
    ['that was cut in a tree', FILE.slice(0, FILE.indexOf('decision_type')), 13, 'leaf_value is missing'],
    ['that was cut before its end', FILE.slice(0, FILE.indexOf('end of trees')), 52, 'cut'],
    ['that was cut in its parameters', FILE.slice(0, FILE.indexOf('end of parameters')), 63, 'cut'],
  ])('%s is refused by its line', (_, text, line, reason) => {
    const failure = failureOf(text);
    expect({ code: failure.code, kind: failure.kind }).toEqual({ code: 'model_file_unreadable', kind: 'invalid' });
    expect(failure.message).toContain(reason);
    expect(failure.message).toContain(`(line ${line})`);
    expect(failure.detail.line).toBe(line);
  });

  it.each([
    ['of linear trees', withLine('is_linear', 'is_linear=1'), 30, 'linear trees'],
    ['of another version', withLine('version', 'version=v3'), 2, 'v3'],
    ['of an objective we do not know', withLine('objective', 'objective=auc_mu'), 7, 'auc_mu'],
  ])('%s is refused by name', (_, text, line, what) => {
    const failure = failureOf(text);
    expect({ code: failure.code, kind: failure.kind }).toEqual({ code: 'model_file_unsupported', kind: 'unsupported' });
    expect(failure.message).toContain(what);
    expect(failure.detail.line).toBe(line);
  });
});

describe('a hostile file', () => {
  const whole = writeLightgbm(madeEnsemble(createRng(3), { features: 4, rounds: 3, leavesMax: 8 }));
  const words = [
    '-1',
    '0',
    '1',
    '7',
    '99999999999',
    '-2147483649',
    '1e308',
    '1e-400',
    'nan',
    'inf',
    '-inf',
    '',
    '=',
    'Tree=0',
    ' ',
    '\u0000',
    '0x1',
  ];
  const damage = fc.oneof(
    fc.record({ cut: fc.nat(whole.length) }).map(({ cut }) => whole.slice(0, cut)),
    fc
      .record({ at: fc.nat(whole.length), text: fc.constantFrom(...words), drop: fc.nat(40) })
      .map(({ at, text, drop }) => whole.slice(0, at) + text + whole.slice(at + drop)),
    fc
      .array(fc.record({ at: fc.nat(400), word: fc.constantFrom(...words) }), { minLength: 1, maxLength: 4 })
      .map((places) => {
        const parts = whole.split(/([ =\n])/);
        for (const { at, word } of places) parts[(at * 2) % parts.length] = word;
        return parts.join('');
      }),
    fc.record({ from: fc.nat(80), to: fc.nat(80) }).map(({ from, to }) => {
      const lines = whole.split('\n');
      [lines[from % lines.length], lines[to % lines.length]] = [lines[to % lines.length]!, lines[from % lines.length]!];
      return lines.join('\n');
    }),
    fc.string({ maxLength: 200 }).map((text) => `tree\n${text}`),
  );

  it('is a sound ensemble that predicts and explains, or an AppError with a line of the file (fuzz)', () => {
    const outcomes = { read: 0, refused: 0 };
    fc.assert(
      fc.property(damage, (text) => {
        let ensemble: TreeEnsemble;
        try {
          ensemble = readLightgbm(text);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect(error.code).toMatch(/^model_file_un(readable|supported)$/);
          expect(error.detail.line).toBeGreaterThanOrEqual(1);
          expect(error.detail.line).toBeLessThanOrEqual(text.split('\n').length);
          outcomes.refused++;
          return;
        }
        const compiled = compileEnsemble(ensemble);
        const x = madeRows(createRng(1), 5, ensemble.featureNames.length);
        expect(rawScores(compiled, x)).toHaveLength(5 * ensemble.treesPerRound);
        shapValues(planShap(compiled), x);
        outcomes.read++;
      }),
      { numRuns: 1500 },
    );
    // The fuzz is worth something only where it meets both.
    expect(outcomes.read).toBeGreaterThan(20);
    expect(outcomes.refused).toBeGreaterThan(200);
  });

  it('with a chain of ten thousand nodes neither overflows the stack nor takes long', () => {
    const nodes = 10_000;
    const range = (count: number) => Array.from({ length: count }, (_, i) => i);
    const chain = {
      ...madeEnsemble(createRng(1), { features: 1, rounds: 1, leavesMax: 1 }).trees[0]!,
      splitFeature: range(nodes).map(() => 0),
      threshold: range(nodes),
      decisionType: range(nodes).map(() => 0),
      leftChild: range(nodes).map((node) => ~node),
      rightChild: range(nodes).map((node) => (node < nodes - 1 ? node + 1 : ~nodes)),
      leafValue: range(nodes + 1),
      leafWeight: range(nodes + 1).map(() => 1),
      leafCount: range(nodes + 1).map(() => 1),
      splitGain: range(nodes),
      internalValue: range(nodes),
      internalWeight: range(nodes),
      internalCount: range(nodes),
    };
    const ensemble = madeEnsemble(createRng(1), { features: 1, rounds: 0, leavesMax: 1 });
    const compiled = compileEnsemble(readLightgbm(writeLightgbm({ ...ensemble, trees: [chain] })));
    const x = { rows: 2, columns: [Float64Array.of(5000, 1e9)] };
    expect([...rawScores(compiled, x)]).toEqual([5000, nodes]);
    const [gift, base] = shapValues(planShap(compiled), { rows: 1, columns: x.columns });
    expect(gift! + base!).toBeCloseTo(5000, 6);
  });
});
