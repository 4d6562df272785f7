/**
 * The Chinese songs, by track key: stanzas of `line | translation`, `*` above a chorus. A space inside a line is where the singer breathes.
 * Written for this project.
 */
export const lyricsChinese: Record<string, string> = {
  'slow-star': `
雨停在 凌晨三点的站台 | The rain stops at a platform, three in the morning
我把伞 借给一盏路灯 | I lend my umbrella to a street lamp
它的影子 慢慢长出枝叶 | Slowly its shadow puts out leaves
像有人 从远方走来 | As if somebody were walking in from far away

*
慢一点 让星星先走 | Slower now, and let the stars go first
慢一点 我还没想好开口 | Slower, I have not found the words to begin
有一束光 走了几百年的路 | There is a light that walked for centuries
落在你 摊开的手 | To land in your open hand

时钟在 楼下咖啡馆打烊 | The clocks shut up shop in the café downstairs
我们坐在 自己的海岸 | We sit on a coast of our own
晚一点 也没什么不好 | There is nothing wrong with being late
晚到的 都带着光 | Whoever comes late comes carrying light

*
慢一点 让星星先走 | Slower now, and let the stars go first
落在你 摊开的手 | And land in your open hand`,
  'borrowed-umbrella': `
那天你递来 一把蓝色的伞 | That day you handed me a blue umbrella
说雨还要下 好几个街口 | And said the rain would last for several corners
我没有问 该还到哪里去 | I never asked where I should bring it back
就让天气 一直替我保留 | And let the weather keep it for me

*
所以我总盼着下雨 | So now I always hope for rain
好有理由 站在你家楼底 | To have a reason to stand below your door
伞骨里藏着 那一年的风 | In its ribs hides the wind of that year
一撑开 就听见你 | Open it, and I hear you

后来晴了 整整一个夏天 | Then it was clear for one entire summer
伞在门后 学会了沉默 | Behind the door the umbrella learned silence
我把地址 写在水汽的窗 | I wrote the address on a misted window
又看着它 慢慢滑落 | And watched it slowly slide away`,
  'window-seat': `
我要一个 靠窗的位置 | I would like a seat beside the window
看城市 变成一条河 | To watch the city turning to a river
玻璃上 有另一个我 | There is another me upon the glass
比我先 睡着了 | Who fell asleep before I did

*
云在下面 灯在下面 | Clouds are below and lamps are below
名字 也在下面 | And names are somewhere below as well
只剩耳机里 一小片海 | All that is left is a small sea in the headphones
涨到 我的身边 | Rising up to where I sit

起飞以后 忽然就原谅 | After take-off all at once I forgave
那些没有 说完的话 | The sentences that never reached an end
如果落地时 你还在等 | If you are still waiting when we land
我就 不再出发 | Then I will not set out again`,
  unsent: `
抽屉里有 一封没寄的信 | There is an unsent letter in the drawer
邮票已经 褪成浅浅的青 | Its stamp has faded to the palest green
开头写了 又划掉你的名 | I wrote your name at the top and crossed it out
只留下 窗外的蝉鸣 | And left in only the cicadas outside

*
如果纸会 替人变老 | If paper could grow old in place of people
它应该 已经白了头 | Its hair would have turned white by now
我想说的 只有一句很小 | What I would say is only one small sentence
小到 用一生才够 | So small it takes a lifetime to say`,
  'arrive-late': `
闹钟响过 三遍的清晨 | A morning when the alarm has rung three times
地铁刚刚 关上了门 | The metro has just closed its doors
我和全世界 差了一分钟 | I am one minute behind the whole world
却遇见 刚醒的风 | And meet a wind that has just woken up

*
晚到的光 也是光 | Light that is late is light all the same
照着我 跑过的广场 | It falls on the square I am running across
别人的终点 是我的起跑线 | The finish of the others is where I begin
心跳比 广播还响 | My heart is louder than the announcements

迟开的花 有自己的月份 | A late flower has a month of its own
绕远的河 更认识山 | The river that went round knows more of the mountain
我把秒针 拨向我的节拍 | I set the second hand to my own beat
一步一步 不赶 | Step after step, without a hurry

*
晚到的光 也是光 | Light that is late is light all the same
心跳比 广播还响 | My heart is louder than the announcements`,
  'rice-field-post': `
稻田中间 有间小邮局 | In the middle of the rice there is a little post office
绿漆的门 朝着风向开 | Its green door opens the way the wind blows
麻雀替我 把邮票衔去 | Sparrows carry off the stamps for me
换回几粒 新的秋天 | And bring back a few grains of new autumn

写给南方 写给你的窗 | Written to the south and to your window
写水牛 驮着半个月亮 | Of a buffalo that carries half a moon
墨水不够 就用雨来补 | When ink runs out I make it up with rain
字迹会 自己发芽 | And the handwriting sprouts by itself

*
你要慢慢 慢慢地读 | You have to read it slowly, slowly
一行是 田埂 一行是路 | One line is a ridge and one line is a road
读到最后 如果天黑了 | And if it is dark when you come to the end
萤火会 替我署名 | Let fireflies sign it in my name`,
  'plum-rain': `
梅子黄时 衣裳总不干 | When plums turn yellow nothing will dry
外婆把雨声 一粒粒拣 | Grandmother sorts the sound of rain, grain by grain
她说日子 潮一点也好 | She says it is well for days to be a little damp
种下的话 才会冒尖 | Or else the words one plants would never sprout

*
我离开那年 她没有送 | The year I left she did not see me off
只在伞柄 缠一圈红线 | Only wound a red thread round the umbrella's handle
如今每到 雨落的黄昏 | And now on every evening when it rains
手心里 就有了屋檐 | I hold the eaves of home in my palm`,
  'old-bridge': `
老桥的石头 认得脚步 | The stones of the old bridge know footsteps
轻的是燕子 重的是父亲 | Light ones are swallows, heavy ones are Father
他挑着 两筐没卖完的月光 | He carries two baskets of unsold moonlight
走过我 十七岁的心 | Across my heart at seventeen

*
桥啊桥 你不要老 | Bridge, oh bridge, do not grow old
水会走 人会走 你别走 | Water leaves and people leave, you stay
等我把 远方背回来 | Wait till I bring the distance home upon my back
放在你 青苔的肩头 | And set it on your mossy shoulder

桥下的船 换了新的名 | The boats below have taken newer names
桥上的风 还是那一阵 | The wind above is still the very same`,
  'high-water': `
潮水没有 敲门就进来 | The tide comes in without a knock
坐在我 白天的椅子上 | And sits down in my daytime chair
它说月亮 今晚不回家 | It says the moon will not be home tonight
问我能不能 借一点光 | And asks if I could lend a little light

*
我说我也 正在涨潮 | I say that I am rising too
心里的码头 都已经没顶 | The piers inside me all are under water
你听 那些系着的船 | Listen, the boats that were tied up
一只一只 松开了绳 | One after one let go their ropes

所有的岸 都是暂时的 | Every shore is for the time being
所有的名字 都会变咸 | Every name will turn to salt`,
  convenience: `
便利店的月亮 二十四小时 | The moon of the corner shop is open all hours
挂在冰柜 第三层架子 | It hangs on the third shelf of the fridge
我买一罐 打折的银河 | I buy a can of galaxy on offer
找零是 几颗星子 | And get a few small stars as change

*
叮咚 欢迎光临这个夜晚 | Ding-dong, welcome to tonight
请带走 一点点温暖 | Please take a little warmth along
微波炉里 转着小小的宇宙 | A tiny universe turns in the microwave
三十秒 就不孤单 | In thirty seconds no one is alone

收银员说 今天风很大 | The cashier says the wind is strong today
我说刚好 可以吹散想法 | I say it will do to blow some thoughts away
玻璃门外 下班的云 | Outside the glass the clouds are off from work
正排队 等红绿灯 | And queue up for the light to change

*
叮咚 欢迎光临这个夜晚 | Ding-dong, welcome to tonight
三十秒 就不孤单 | In thirty seconds no one is alone`,
  'elevated-road': `
车窗摇下 城市就开始播放 | Roll down the window and the city starts to play
高架是 一条弯曲的磁带 | The elevated road is a curving tape
A面是你 B面是海岸 | Side A is you and side B is the coast
中间有 一段空白 | Between them lies a stretch of blank

*
再开快一点 霓虹连成线 | Drive a bit faster, till the neon joins to lines
红的是昨天 蓝的是以后 | The red is yesterday, the blue is what comes after
我们在 两种颜色之间 | And in between two colours you and I
把音量 转到最右 | Turn up the volume all the way

出口的名字 一个个错过 | Exit by exit we miss every name
谁也没有 说要下去 | And neither of us says we should get off
这一夜 没有目的地 | Tonight there is no destination
只有 下一首歌曲 | There is only the next song`,
  'night-forecast': `
各位听众 现在是夜间预报 | Dear listeners, this is the night forecast
东边的街 有零星的拥抱 | East streets will see some scattered embraces
午夜过后 想念转中雨 | After midnight longing turns to moderate rain
请带好 备用的微笑 | Please carry a spare smile

*
气压很低 心情很高 | The pressure is low, the spirits are high
风从你 那边来到 | The wind is coming from your side
如果窗外 忽然有点亮 | If it grows bright outside your window all at once
不是闪电 是我路过 | It is not lightning, it is me passing by

明天的云 会让一让路 | Tomorrow's clouds will step aside a little
体感温度 像十九岁 | And it will feel like being nineteen
以上消息 由心跳提供 | This bulletin was brought to you by heartbeats
信不信 都请早睡 | Believe it or not, go early to bed`,
  'last-metro': `
末班车厢 只剩我们两个 | In the last carriage there are just the two of us
广告灯 把你照成水色 | The lights of adverts paint you watercolour
下一站 念得很慢很慢 | The next stop is announced so very slowly
像在替谁 舍不得 | As if reluctant on someone's behalf

*
别报站名 别开那扇门 | Do not announce it, do not open that door
让隧道 再长一分钟 | Let the tunnel be one minute longer
我的左手 离你的右手 | Between my left hand and your right
只有 半首歌的行程 | There is a ride of half a song

换乘通道 空得像海底 | The passage is as empty as the ocean floor
脚步声 是两条小鱼 | Our footsteps are two little fish
你说再见 我听成再见面 | You say goodbye, I hear that we shall meet again
回声里 多了一个字 | The echo added one more word`,
  'tape-three': `
楼下的灯 忘了关 | They forgot to turn off the light downstairs
照着 一只空碗 | It shines upon an empty bowl
像谁刚刚 离开桌边 | As if someone had just left the table
去追 一阵风 | To run after a gust of wind

我也坐着 没有睡 | I too am sitting here awake
听水管 小声说话 | And hear the pipes talk quietly
再过一会 天就亮了 | In a little while it will be light
灯就 不寂寞了 | And then the lamp will not be lonely`,
  'arcade-rain': `
骑楼下 雨在门外排队 | Beneath the arcade the rain is queueing at the door
卖花的阿婆 收起茉莉 | The flower lady gathers in her jasmine
一杯茶 坐成了下午 | One cup of tea has sat into an afternoon
杯底有 半个你 | At the bottom of it, half of you

*
不急 雨也不急 | No hurry, the rain is in no hurry
鞋子干了 再决定去哪里 | When shoes are dry we shall decide where to go
借我一首 老收音机的歌 | Lend me a song from the old radio
我还你 一身天气 | I will return a coat of weather

石板路 一格一格发亮 | The paving stones light up one by one
自行车 驮着黄昏回家 | A bicycle carries the dusk home
你若经过 不必打招呼 | If you pass by there is no need to greet me
我认得 你的伞花 | I know the flower of your umbrella`,
  'ferry-bell': `
轮渡的铃 摇了三下 | The ferry's bell has rung three times
海鸥就 离开了桅杆 | And gulls take off out of the mast
你靠着栏杆 数对面的灯 | You lean on the rail and count the lamps across
我数 你的侧脸 | I count the side of your face

*
五分钟 从岛到城 | Five minutes from the island to the town
五分钟 刚好不说什么 | Five minutes are just right for saying nothing
浪替我们 把话翻来翻去 | The waves turn over all our words for us
翻成 白色的泡沫 | And turn them into white foam

船票两块 回程免费 | Two yuan a ticket, the way back is free
可惜没有 船回到去年 | A pity no boat goes back to last year
靠岸那一下 轻轻地晃 | That gentle rocking when we touch the quay
心也 跟着慢半拍 | My heart is half a beat behind as well`,
  banyan: `
榕树把胡须 垂进井里 | The banyan lets its beard hang down the well
打捞一个 唱歌的人 | And fishes for a person who once sang
树荫下 棋子敲着下午 | In its shade the chessmen knock on afternoon
一声声 像敲门 | And every knock is like a knock on doors

*
转一圈 再转一圈 | Turn around and turn around again
年轮里 有我们的舞步 | Our steps are written in the rings of the tree
风是乐队 叶子是掌声 | The wind is the band and the leaves are applause
落下来的 都算数 | And everything that falls shall count`,
  'far-hills': `
一笔青 落在远远的山 | One stroke of green falls on the far, far hills
墨还没干 鸟已经飞过 | The ink still wet, the birds already gone
你问我 山后面是什么 | You ask me what there is behind the hills
我说是 没画完的我 | I say it is the part of me not painted yet

*
远山远 远不过一念 | Far hills are far, yet not so far as one thought
近水近 近不过眉间 | Near waters near, yet not so near as a brow
且把扁舟 系在纸的边沿 | So tie the little boat to the paper's edge
等一场雪 来落款 | And wait for snow to come and sign it`,
  'blank-space': `
不要画满 留一点白 | Do not paint it full, leave some of it white
让风有地方 住下来 | So that the wind has somewhere to stay
一朵云 路过没有落款 | A cloud goes by and does not sign its name
月亮就 替它盖了印 | And so the moon sets its seal for it

*
空处有水 水里有天 | In emptiness is water, in the water sky
天外有 一声未响的弦 | Beyond the sky a string that has not sounded
你不说 我就听见 | You do not speak and so I hear
满山都是 你的从前 | The hills are full of your once-upon-a-time`,
  'above-snow': `
雪线以上 没有脚印 | Above the snow line there are no footprints
只有光 学着走路 | There is only light learning to walk
我们把歌 放在风里 | We lay our song upon the wind
它比鹰 飞得更清楚 | It flies more clearly than the eagle does

*
高处啊 高处不冷 | High places, oh high places are not cold
有人在 替山点灯 | For someone lights a lamp there for the mountain
一声应 一声千声应 | One voice replies, one and a thousand reply
雪就 轻轻地转身 | And softly then the snow turns round`,
  wednesday: `
星期三 老师敲响铁片 | On Wednesday the teacher strikes the iron plate
我们放下 镰刀和书包 | We put our sickles and our schoolbags down
二十四个 不同的喉咙 | And four-and-twenty different throats
搭成 一座桥 | Build up a single bridge

*
唱给玉米 唱给新来的路 | We sing for the maize and for the newly built road
唱给走远 又回头的人 | For those who went away and turned around
谁的嗓子 先白了头 | Whoever's voice is first to turn to white
就站在 最暖的中间 | Shall stand in the warm middle of us all`,
  'on-ice': `
柏油路 软得像糖 | The asphalt is as soft as toffee
太阳在 头顶开演唱会 | The sun gives a concert overhead
我钻进 汽水厂的后门 | I slip in through the soda works' back door
把自己 放进冰柜 | And put myself into the fridge

*
冰镇 冰镇 一整个夏天 | On ice, on ice, the entire summer
气泡往上 烦恼往下 | Bubbles go up and worries go down
再来一瓶 敬路过的风 | Another bottle for the passing wind
干杯 不醉也潇洒 | Cheers, no need for drink to be this free

贝斯一响 玻璃就起雾 | The bass kicks in and all the glass mists over
鼓手敲着 空的木箱 | The drummer plays on empty crates
谁说上班 不能跳舞 | Who says you must not dance at work
传送带 也在摇晃 | Even the belt is swinging too`,
  'bottle-cap': `
我攒了 一抽屉瓶盖 | I saved up a whole drawer of bottle caps
每一个 都是一次投降 | And each of them was one surrender
向着海风 向着你的笑 | To the sea breeze and to your laughter
向 没写完的暑假账 | And to the summer homework never done

*
再来一瓶 盖子里写着 | One more for free is what it says inside
运气原来 躲在齿边 | So luck was hiding in the crimped edge
叮当叮当 口袋里有星 | Jingle jangle, stars in my pocket
叮当叮当 走过大街 | Jingle jangle, walking down the street

后来长大 不再开瓶盖 | Then I grew up and opened caps no more
运气改成 指纹解锁 | And luck was changed to fingerprints
我还是在 每一个转角 | But still at each and every corner
听见 叮当的我 | I hear that jingling me`,
  'heat-wave': `
红色预警 挂在天边 | Red alert is hung along the sky
蝉把音量 开到最满 | Cicadas turn it up to ten
电风扇摇头 说不可以 | The fan shakes its head and says you may not
我的心 偏要转圈 | My heart insists on turning round

*
热就热吧 热到发亮 | Then be it hot, as hot as shining
把影子 晒成金黄 | And tan the shadows golden brown
街舞从 斑马线开始 | The dance begins on the zebra crossing
红灯也 跟着鼓掌 | And even the red light claps along

西瓜裂开 一声好听 | A melon cracks, and what a sound
全世界 都松了口气 | The whole world lets out a breath
雷在远处 调试低音 | Far off the thunder tunes its bass
下一秒 换我淋漓 | One second more and I am soaked`,
}
