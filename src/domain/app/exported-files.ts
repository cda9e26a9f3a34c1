/** The files of an exported application, no more and no less. */
export const exportedFiles = { values: 'values.yaml', chart: 'app-chart.tar.gz', images: 'app-image.tar' } as const;
