//! Which short words tell Vietnamese from its neighbours, and which tell nothing?
//!
//! Written from knowledge of the languages: their most frequent words of one syllable, not counted from any text.

/// The most frequent Vietnamese syllables, without accents. What is also in [`FOREIGN`] is as frequent in both.
pub(super) const VIETNAMESE: &str = "va cua co la cac duoc trong cho nguoi mot nhung voi khong da nay den khi ve nam cung tai con nhieu \
    ra ngay cong sinh phat dong hoc viec lam vao chinh theo hang tu so quoc hien dien thong nha thi gia thanh thu trung \
    thuc tinh nhan hoa bao kinh doanh viet xuat khau truong dau xuong dung noi thoi gian dai tien tren hon dinh xe may nuoc dat quan \
    doi tuong lai luc su cao cap giao quy hoach khu vuc dia phuong ban giam doc ty hop tac tang giai phap phuc vu nghiep ly \
    cuoc song moi ngoai toi minh chung anh chi em ong ba ho ai gi nao sao chua roi het phai muon biet thay nghi nho nhin \
    nghe hoi tra loi xin cam mua xang vang gao gan xa nhat truoc sau duoi giua vua dang bi nen vi ma nhung neu thang \
    tuan gio phut trieu ty nghin tram muoi hai bon sau bay tam chin mieng luon nhe nhi oi nua chang rat lon nho nhanh cham tot xau \
    don thuong nghi khach khac nghia luat dieu khoan thue phi lenh nghiem huyen pho lang hoi dan bo cuc vien toan thieu kho kiem \
    tinh chat luong kha nang quyet chuyen buoc du can loai an day di vay thiet lien ket mat chet lua mang nhom";

/// What people type for whole words in messages; what has no vowel (`dc`, `vs`) says nothing.
pub(super) const TYPED_SHORT: &str = "ko hok hem mik đc đk ae";

/// Frequent words of other languages in Latin letters that Vietnamese could spell too: English; French, Spanish, Portuguese,
/// Italian, Romanian; German, Dutch, the Nordic languages; Malay and the languages of the Philippines; Slavic; Turkish,
/// Swahili, Yoruba, Igbo, Maori and Creole.
pub(super) const FOREIGN: &str = "a e i u y o de the to in on at an am me my he so do no not but then than them that thin can man men may had \
    him her hat let set put ten top hot lot got day say pay way i in it into has now how \
    la le de du des un une en et au qui que se sa son ton ne te ta lui bien tien rien peu sur par el lo con su al del mas si tu mi muy hay \
    han un da em um nao na ao com tem sem bem di che non per ma mai poi piu noi voi lei ho hai ai io cu nu ca pe sau din mai ce \
    die den mit im um du hat nun tun het van dat op met niet tot om al dan nog hun hem det han hon men til nu sa ut vi ni dem \
    di dan ke tak itu pun se ang nang sa ay ko mo ka ni din rin pa ba lang nga po ha ho kay \
    na to nie ten ta co po tu si bu ne de o ve ben sen mu ki mau toi hoi te ka hoki ai tau li nan sou pou yo ti ak an ngo ngai";

/// Words that are at home in Vietnamese texts and in others: parts of addresses, units, what machines write.
pub(super) const NEUTRAL: &str = "http https www com vn net org html covid video facebook tiktok zalo youtube google email app online \
    usd vnd km kg cm mm ha kwh mw gb evn otp sms link live stream livestream shop ok";

/// Syllables of Hanyu Pinyin (GB/T 16159) without tones, `ü` as `u`: initials, and the finals that may follow them.
pub(super) const PINYIN: [(&str, &str); 9] = [
    ("b p m f", "a o ai ei ao ou an en ang eng i ie iao ian in ing u"),
    ("d t", "a e ai ei ao ou an en ang eng ong i ie iao iu ian ing u uo ui uan un"),
    ("n l", "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo uan un ue"),
    ("g k h", "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang"),
    ("zh ch sh r z c s", "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang"),
    ("j q x", "i ia ie iao iu ian in iang ing iong u ue uan un"),
    ("y", "a o e ao ou an ang ong i in ing u ue uan un"),
    ("w", "a o ai ei an en ang eng u"),
    ("", "a o e ai ei ao ou an en ang eng er"),
];

/// Frequent words of pinyin that Vietnamese could spell too.
pub(super) const PINYIN_FREQUENT: &str = "de bu ni ta men da lai dao hui dui yi na ye ge dou hen yu ba ne ma la nu han nan hao mei ling dan \
    tian gong lu min li ti shan lao jiu mu su ren hai";
