// What the JSON of a board may hold, as the schema package of the oldest Grafana has it (OLDEST_GRAFANA in
// grafana/src/dashboards/frame.py). tests/boards/test_schema.py writes the boards as literals of these types, so
// that the compiler refuses an option which that Grafana does not know.

import type * as bargauge from 'oldest-schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as heatmap from 'oldest-schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from 'oldest-schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as statetimeline from 'oldest-schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from 'oldest-schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from 'oldest-schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type * as schema from 'oldest-schema/dist/esm/raw/dashboard/x/dashboard_types.gen';

// Enumerations as they stand in JSON.
type Json<T> = T extends string
  ? `${T}`
  : T extends number
    ? `${T}` extends `${infer N extends number}`
      ? N
      : never
    : T extends (infer U)[]
      ? Json<U>[]
      : T extends object
        ? { [K in keyof T]: Json<T[K]> }
        : T;

type Query = {
  datasource: schema.DataSourceRef;
  expr: string;
  format?: 'time_series' | 'table' | 'heatmap';
  instant?: boolean;
  interval?: string;
  legendFormat?: string;
  range?: boolean;
  refId: string;
};

type PanelOf<Type extends string, Options, Custom> = Omit<Json<schema.Panel>, 'options' | 'fieldConfig' | 'targets' | 'type'> & {
  type: Type;
  options?: Json<Partial<Options>>;
  targets: Query[];
  fieldConfig?: {
    defaults: Omit<Json<schema.FieldConfig>, 'custom'> & { custom?: Json<Partial<Custom>> };
    overrides: Json<schema.FieldConfigSource>['overrides'];
  };
};

export type Row = Json<schema.RowPanel>;
export type Panel =
  | PanelOf<'bargauge', bargauge.Options, never>
  | PanelOf<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | PanelOf<'stat', stat.Options, never>
  | PanelOf<'state-timeline', statetimeline.Options, statetimeline.FieldConfig>
  | PanelOf<'table', table.Options, table.FieldConfig>
  | PanelOf<'timeseries', timeseries.Options, timeseries.FieldConfig>;

// The annotations of Prometheus have fields of their own.
type Annotation = Json<schema.AnnotationQuery> & { expr: string; step: string; textFormat: string; titleFormat: string };

export type Board = Omit<Json<schema.Dashboard>, 'annotations' | 'panels'> & {
  annotations: { list: Annotation[] };
  panels: (Panel | Row)[];
};
