// Draws one board with Grafana's own panel components. window.BOARD holds the board's JSON, the answers of
// Prometheus to each query of each panel, and the alerts that fired; draw.py writes it.

import {
  applyFieldOverrides,
  createDataFrame,
  createTheme,
  dateTime,
  EventBusSrv,
  FieldType,
  getDisplayProcessor,
  getFieldDisplayName,
  getFieldDisplayValues,
  getValueFormat,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  ThemeContext,
  transformDataFrame,
} from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import {
  BarGauge,
  BigValue,
  GlobalStyles,
  PanelChrome,
  PanelContextProvider,
  TimeSeries,
} from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { createRoot } from 'react-dom/client';
import { useLayoutEffect, useRef, useState } from 'react';
import { firstValueFrom } from 'rxjs';
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import 'uplot/dist/uPlot.min.css';

const { board, answers, steps, incidents, range } = window.BOARD;
const theme = createTheme({ colors: { mode: 'light' } });

const CELL = 30; // pixels of a grid row, and its margin
const MARGIN = 8;
const MARKED = '#e02f44';

// Grafana registers these at its start, with the editors that change them.
standardFieldConfigEditorRegistry.setInit(() =>
  ['unit', 'min', 'max', 'decimals', 'color', 'noValue', 'thresholds', 'mappings', 'links'].map((id) => ({
    id,
    path: id,
    name: id,
    process: ['min', 'max', 'decimals'].includes(id) ? numberOverrideProcessor : identityOverrideProcessor,
    shouldApply: () => true,
  }))
);
const { mergeTransformer, organizeFieldsTransformer } = standardTransformers;
standardTransformersRegistry.setInit(() =>
  [mergeTransformer, organizeFieldsTransformer].map((transformation) => ({
    ...transformation,
    transformation: () => Promise.resolve(transformation),
  }))
);

const [from, to] = [dateTime(range.begin * 1000), dateTime(range.end * 1000)];
const timeRange = { from, to, raw: { from, to } };

// --- Prometheus's answers as data frames, in the form of Grafana's Prometheus data source --------------------

function frames(panel) {
  const several = panel.targets.length > 1;
  return panel.targets.flatMap((target) => {
    const series = answers[panel.id][target.refId];
    if (target.format === 'table') {
      return series.length ? [tableFrame(target, series, several)] : [];
    }
    return series.map((each) => seriesFrame(target, each, steps[panel.id]));
  });
}

function seriesFrame(target, { metric, values }, step) {
  const points = withGaps(values, step);
  const shown = target.legendFormat.replace(/{{\s*(\w+)\s*}}/g, (_, name) => metric[name] ?? '');
  return createDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map(([time]) => time * 1000), config: {} },
      {
        name: 'Value',
        type: FieldType.number,
        labels: metric,
        values: points.map(([, value]) => (value === null || value === 'NaN' ? null : Number(value))),
        config: { displayNameFromDS: shown.trim() },
      },
    ],
  });
}

// Where steps are missing there is nothing, and no line; Grafana's own panel sees to that before it draws.
function withGaps(values, step) {
  return values.flatMap((point, index) => {
    const next = values[index + 1]?.[0] ?? point[0];
    return next - point[0] > 1.5 * step ? [point, [point[0] + step, null]] : [point];
  });
}

function tableFrame(target, series, several) {
  const labels = [...new Set(series.flatMap((each) => Object.keys(each.metric)))];
  return createDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: series.map((each) => each.values[0][0] * 1000), config: {} },
      ...labels.map((name) => ({
        name,
        type: FieldType.string,
        values: series.map((each) => each.metric[name]),
        config: {},
      })),
      {
        name: several ? `Value #${target.refId}` : 'Value',
        type: FieldType.number,
        values: series.map((each) => Number(each.values[0][1])),
        config: {},
      },
    ],
  });
}

async function prepared(panel) {
  const data = panel.transformations
    ? await firstValueFrom(transformDataFrame(panel.transformations, frames(panel), { interpolate: (text) => text }))
    : frames(panel);
  return applyFieldOverrides({
    data,
    fieldConfig: panel.fieldConfig,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
    fieldConfigRegistry: standardFieldConfigEditorRegistry,
  }).map((frame, _, all) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      const displayName = getFieldDisplayName(field, frame, all);
      const named = { ...withCustom(field, panel, displayName), state: { ...field.state, displayName } };
      return { ...named, display: getDisplayProcessor({ field: named, theme, timeZone: 'utc' }) }; // colours by name
    }),
  }));
}

// Options that belong to a kind of panel are registered by its plugin, which is not there.
function withCustom(field, panel, name) {
  const custom = { spanNulls: false, ...panel.fieldConfig.defaults.custom, ...field.config.custom };
  for (const { matcher, properties } of panel.fieldConfig.overrides ?? []) {
    for (const { id, value } of matcher.options === name ? properties : []) {
      if (id.startsWith('custom.')) {
        custom[id.replace('custom.', '')] = value;
      }
    }
  }
  return { ...field, config: { ...field.config, custom } };
}

// --- Panels ------------------------------------------------------------------------------------------------

function Graph({ panel, data, width, height }) {
  return (
    <PanelContextProvider value={{ eventBus, eventsScope: 'board', sync: () => 0 }}>
      <TimeSeries
        frames={data}
        timeRange={timeRange}
        timeZone="utc"
        width={width}
        height={height}
        legend={panel.options.legend}
        options={panel.options}
      >
        {(builder) => {
          markIncidents(builder);
          return null;
        }}
      </TimeSeries>
    </PanelContextProvider>
  );
}

const eventBus = new EventBusSrv();

// Annotations are drawn by a plugin of Grafana's own panels, which is not there: the same marks in a few lines.
function markIncidents(builder) {
  builder.addHook('draw', (plot) => {
    const { left, top, width, height } = plot.bbox;
    plot.ctx.save();
    plot.ctx.beginPath();
    plot.ctx.rect(left, top, width, height + 8);
    plot.ctx.clip();
    plot.ctx.strokeStyle = plot.ctx.fillStyle = MARKED;
    for (const [begin, end] of incidents) {
      const [from, to] = [begin, end].map((time) => Math.round(plot.valToPos(time * 1000, 'x', true)));
      plot.ctx.globalAlpha = 0.05;
      plot.ctx.fillRect(from, top, to - from, height);
      plot.ctx.globalAlpha = 0.6;
      plot.ctx.setLineDash([4, 4]);
      plot.ctx.beginPath();
      for (const x of [from, to]) {
        plot.ctx.moveTo(x, top);
        plot.ctx.lineTo(x, top + height);
      }
      plot.ctx.stroke();
      plot.ctx.globalAlpha = 1;
      plot.ctx.fillRect(from, top + height, Math.max(2, to - from), 4);
    }
    plot.ctx.restore();
  });
}

function displayed(panel, data) {
  return getFieldDisplayValues({
    data,
    reduceOptions: panel.options.reduceOptions,
    fieldConfig: panel.fieldConfig,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
    sparkline: panel.type === 'stat',
  });
}

function Numbers({ panel, data, width, height }) {
  const values = displayed(panel, data);
  return values.map(({ display, sparkline }, number) => (
    <BigValue
      key={number}
      value={display}
      sparkline={panel.options.graphMode === 'none' ? undefined : sparkline}
      colorMode={panel.options.colorMode}
      graphMode={panel.options.graphMode}
      justifyMode={panel.options.justifyMode}
      textMode={panel.options.textMode}
      width={width}
      height={height / values.length}
      theme={theme}
    />
  ));
}

function Bars({ panel, data, width, height }) {
  const values = displayed(panel, data);
  const each = Math.min(40, height / values.length);
  return values.map(({ display, field }, number) => (
    <div key={number} style={{ height: each, paddingBottom: 4 }}>
      <BarGauge
        value={display}
        field={field}
        display={getDisplayProcessor({ field: { type: FieldType.number, config: field }, theme })}
        displayMode={panel.options.displayMode}
        orientation="horizontal"
        width={width}
        height={each - 4}
        theme={theme}
        itemSpacing={4}
        lcdCellWidth={8}
        showUnfilled={panel.options.showUnfilled}
        alignmentFactors={{ title: longest(values), text: '100.0%' }}
      />
    </div>
  ));
}

function longest(values) {
  return values.map(({ display }) => display.title ?? '').reduce((one, other) => (other.length > one.length ? other : one), '');
}

function Sheet({ panel, data, width, height }) {
  return <TableNG data={data[0]} width={width} height={height} sortBy={panel.options.sortBy} structureRev={1} timeRange={timeRange} />;
}

// The heatmap is a plugin of Grafana that is in no package: drawn here, on the same data, in the same colours.
function Heatmap({ panel, data, width, height }) {
  const canvas = useRef(null);
  useLayoutEffect(() => drawHeatmap(canvas.current, panel, data, width, height), []);
  return <canvas ref={canvas} style={{ width, height }} />;
}

const ORANGES = ['#fff5eb', '#fee6ce', '#fdd0a2', '#fdae6b', '#fd8d3c', '#f16913', '#d94801', '#a63603', '#7f2704'];

function drawHeatmap(canvas, panel, data, width, height) {
  const scale = window.devicePixelRatio;
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  context.font = '12px Inter, Helvetica, Arial, sans-serif';
  const rows = bucketRows(data);
  const format = getValueFormat(panel.options.yAxis.unit);
  const name = (le) => (le === Infinity ? '+Inf' : format(le).text + (format(le).suffix ?? ''));
  const [left, bottom] = [70, 22];
  const [innerWidth, innerHeight] = [width - left - 8, height - bottom - 12];
  const rowHeight = innerHeight / rows.length;
  const x = (time) => left + ((time / 1000 - range.begin) / (range.end - range.begin)) * innerWidth;
  const most = Math.max(...rows.flatMap(({ values }) => values.map(([, value]) => value)));
  rows.forEach(({ le, values }, number) => {
    const y = innerHeight - (number + 1) * rowHeight + 10;
    values.forEach(([time, value], index) => {
      const next = values[index + 1]?.[0] ?? time + (time - (values[index - 1]?.[0] ?? time));
      if (value > 1e-9) {
        const colour = ORANGES[Math.min(ORANGES.length - 1, Math.floor(Math.sqrt(value / most) * ORANGES.length))];
        context.fillStyle = colour;
        context.fillRect(x(time), y, Math.max(1, x(next) - x(time)), rowHeight - 1);
      }
    });
    context.fillStyle = theme.colors.text.primary;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    if (rows.length < 14 || number % 2 === 0) {
      context.fillText(name(le), left - 6, y);
    }
  });
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  for (let part = 1; part < 6; part++) {
    const seconds = range.begin + (part / 6) * (range.end - range.begin);
    context.fillText(new Date(seconds * 1000).toISOString().slice(11, 16), x(seconds * 1000), height - 6);
  }
}

// Cumulative buckets -> how many are in each, from the lowest to the highest.
function bucketRows(data) {
  const cumulative = data
    .map((frame) => ({ le: Number(frame.fields[1].labels.le.replace('+Inf', 'Infinity')), frame }))
    .sort((one, other) => one.le - other.le);
  const found = cumulative.map(({ le, frame }, number) => {
    const below = number ? cumulative[number - 1].frame.fields[1].values : [];
    const times = frame.fields[0].values;
    return { le, values: times.map((time, index) => [time, Math.max(0, frame.fields[1].values[index] - (below[index] ?? 0))]) };
  });
  const used = found.map(({ values }) => values.some(([, value]) => value > 1e-9));
  return found.slice(Math.max(0, used.indexOf(true) - 1), used.lastIndexOf(true) + 1);
}

// So is the state timeline: a row for each series, and a block for as long as it has a value.
function Timeline({ panel, data, width, height }) {
  const canvas = useRef(null);
  useLayoutEffect(() => drawTimeline(canvas.current, panel, data, width, height), []);
  return <canvas ref={canvas} style={{ width, height }} />;
}

const NAMES = 290; // pixels for the names of rows

function drawTimeline(canvas, panel, data, width, height) {
  const scale = window.devicePixelRatio;
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  context.font = '12px Inter, Helvetica, Arial, sans-serif';
  const states = panel.fieldConfig.defaults.mappings[0].options;
  const innerWidth = width - NAMES - 8;
  const rowHeight = Math.min(26, (height - 22) / data.length);
  const x = (time) => NAMES + ((time / 1000 - range.begin) / (range.end - range.begin)) * innerWidth;
  const step = steps[panel.id] * 1000;
  data.forEach(({ fields: [times, field] }, number) => {
    const y = number * rowHeight;
    times.values.forEach((time, index) => {
      const state = states[field.values[index]];
      if (state) {
        context.fillStyle = theme.visualization.getColorByName(state.color);
        context.fillRect(x(time), y + 0.1 * rowHeight, Math.max(2, x(time + step) - x(time) + 0.5), 0.8 * rowHeight);
      }
    });
    context.fillStyle = theme.colors.text.primary;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillText(field.state.displayName, NAMES - 8, y + rowHeight / 2);
  });
  context.fillStyle = theme.colors.text.primary;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  for (let part = 1; part < 6; part++) {
    const seconds = range.begin + (part / 6) * (range.end - range.begin);
    context.fillText(new Date(seconds * 1000).toISOString().slice(11, 16), x(seconds * 1000), height - 6);
  }
}

const KINDS = { 'state-timeline': Timeline, timeseries: Graph, stat: Numbers, bargauge: Bars, table: Sheet, heatmap: Heatmap };

// --- The board ---------------------------------------------------------------------------------------------

function Panel({ panel }) {
  const [data, setData] = useState(null);
  useLayoutEffect(() => void prepared(panel).then(setData, (problem) => setData({ problem })), []);
  const { x, y, w, h } = panel.gridPos;
  const column = (window.innerWidth - MARGIN) / 24;
  const place = { position: 'absolute', left: MARGIN + x * column, top: header + y * (CELL + MARGIN) };
  const [width, height] = [w * column - MARGIN, h * (CELL + MARGIN) - MARGIN];
  if (panel.type === 'row') {
    return (
      <div style={{ ...place, height, display: 'flex', alignItems: 'center', fontSize: 16, fontWeight: 500 }}>
        {panel.collapsed ? `› ${panel.title}` : panel.title}
      </div>
    );
  }
  const Kind = KINDS[panel.type];
  return (
    <div style={place}>
      <PanelChrome title={panel.title} description={panel.description} width={width} height={height} padding={panel.type === 'table' ? 'none' : 'md'}>
        {(innerWidth, innerHeight) =>
          data &&
          (data.problem ? (
            <pre>{data.problem.stack}</pre>
          ) : data.length ? (
            <Kind panel={panel} data={data} width={innerWidth} height={innerHeight} />
          ) : (
            <div style={{ height: innerHeight, display: 'grid', placeItems: 'center', color: theme.colors.text.secondary }}>
              {panel.fieldConfig.defaults.noValue}
            </div>
          ))
        }
      </PanelChrome>
    </div>
  );
}

const header = 56;

function Board() {
  const between = [range.begin, range.end].map((seconds) => new Date(seconds * 1000).toISOString().slice(11, 16));
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div style={{ padding: '14px 16px', display: 'flex', justifyContent: 'space-between', fontSize: 18 }}>
        <span style={{ fontWeight: 500 }}>{board.title}</span>
        <span style={{ fontSize: 14, color: theme.colors.text.secondary }}>{between.join(' to ')} UTC</span>
      </div>
      {board.panels.map((panel) => (
        <Panel key={panel.id} panel={panel} />
      ))}
    </ThemeContext.Provider>
  );
}

initPluginTranslations('board').then(() => createRoot(document.getElementById('board')).render(<Board />));
