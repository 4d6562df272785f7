import type { Same } from './locale.ts'

export const zh = {
  pause: (name: string) => `暂停上传 ${name}`,
  resume: (name: string) => `继续上传 ${name}`,
  drop: (name: string) => `取消 ${name}`,
  waiting: '等待中',
  sending: '上传中',
  paused: '已暂停',
  processing: '处理中',
  done: '完成',
  failed: '失败',
  overall: (done: number, all: number) => `已完成 ${done} / ${all}`,
}

export const en: Same<typeof zh> = {
  pause: name => `Pause ${name}`,
  resume: name => `Resume ${name}`,
  drop: name => `Cancel ${name}`,
  waiting: 'Waiting',
  sending: 'Uploading',
  paused: 'Paused',
  processing: 'Processing',
  done: 'Done',
  failed: 'Failed',
  overall: (done, all) => `${done} of ${all} done`,
}
