import { intake } from '../../shared/intake.ts'
import { handlers } from '../foundation/http.ts'
import { decideAlike, getAlike } from './alike.ts'
import { deleteFolder, forget, getFiles, getFolders, postFolder, scanNow } from './folders.ts'

export const routes = handlers(intake, {
  'GET /folders': getFolders,
  'POST /folders': postFolder,
  'DELETE /folders/:id': deleteFolder,
  'POST /folders/:id/scan': scanNow,
  'GET /folders/:id/files': getFiles,
  'POST /folders/:id/forget': forget,
  'GET /alike': getAlike,
  'POST /alike': decideAlike,
})
