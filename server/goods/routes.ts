import { goods } from '../../shared/goods.ts'
import { handlers } from '../foundation/http.ts'
import { deleteZone, getCarriages, getShipping, putShipping, putZone } from './carriage.ts'
import { takeTable } from './importing.ts'
import { addPicture, getProduct, getProducts, putPictures, putProduct, putState, sendTable } from './products.ts'
import {
  acceptReturn,
  addReturnPhoto,
  askReturn,
  declineReturn,
  getLineReturn,
  getMyReturns,
  getReturn,
  getReturns,
  receiveReturn,
  sendReturn,
  withdrawReturn,
} from './returns.ts'
import { getGoodsPolicy, getSendings, received, setGoodsPolicy, splitSending } from './sendings.ts'
import { getMovements, getStock, moveStock } from './stock.ts'

export const routes = handlers(goods, {
  'GET /pages/:page/goods': getProducts,
  'GET /goods/:id': getProduct,
  'PUT /goods/:id': putProduct,
  'PUT /goods/:id/state': putState,
  'POST /goods/:id/pictures': addPicture,
  'PUT /goods/:id/pictures': putPictures,
  'GET /pages/:page/stock': getStock,
  'POST /variants/:variant/movements': moveStock,
  'GET /variants/:variant/movements': getMovements,
  'POST /pages/:page/goods/table': takeTable,
  'GET /pages/:page/goods.csv': sendTable,
  'GET /pages/:page/shipping': getShipping,
  'PUT /pages/:page/shipping': putShipping,
  'PUT /zones/:id': putZone,
  'DELETE /zones/:id': deleteZone,
  'GET /pages/:page/carriages': getCarriages,
  'GET /pages/:page/sendings': getSendings,
  'POST /sendings/:id/split': splitSending,
  'POST /lines/:line/received': received,
  'GET /lines/:line/return': getLineReturn,
  'POST /returns': askReturn,
  'POST /returns/:id/pictures': addReturnPhoto,
  'GET /returns/:id': getReturn,
  'GET /me/returns': getMyReturns,
  'GET /pages/:page/returns': getReturns,
  'POST /returns/:id/accept': acceptReturn,
  'POST /returns/:id/decline': declineReturn,
  'POST /returns/:id/withdraw': withdrawReturn,
  'POST /returns/:id/sent': sendReturn,
  'POST /returns/:id/received': receiveReturn,
  'GET /console/goods-policy': getGoodsPolicy,
  'PUT /console/goods-policy': setGoodsPolicy,
})
